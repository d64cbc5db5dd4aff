import type { JobState } from '@rounds/contracts/http'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClockOff,
  IconHourglass,
  IconLoader,
  IconRefresh,
  type TablerIcon,
} from '@tabler/icons-react'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useTexts } from '../../texts/texts.ts'

const looks: Readonly<Record<JobState, readonly [Tone, TablerIcon]>> = {
  queued: ['quiet', IconHourglass],
  running: ['busy', IconLoader],
  retrying: ['warn', IconRefresh],
  done: ['good', IconCircleCheck],
  failed: ['bad', IconAlertTriangle],
  cancelled: ['quiet', IconCircleX],
  expired: ['quiet', IconClockOff],
}

export function JobBadge({ state }: { readonly state: JobState }) {
  const [tone, icon] = looks[state]
  return (
    <Badge tone={tone} icon={icon}>
      {useTexts().jobState[state]}
    </Badge>
  )
}
