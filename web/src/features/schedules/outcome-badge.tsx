import type { Fire } from '@rounds/contracts/http'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClockExclamation,
  IconPlayerTrackNext,
  type TablerIcon,
} from '@tabler/icons-react'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useTexts } from '../../texts/texts.ts'

const looks: Readonly<Record<Fire['outcome'], readonly [Tone, TablerIcon]>> = {
  fired: ['good', IconCircleCheck],
  late: ['warn', IconClockExclamation],
  missed: ['bad', IconAlertTriangle],
  skipped: ['quiet', IconPlayerTrackNext],
}

export function OutcomeBadge({ outcome }: { readonly outcome: Fire['outcome'] }) {
  const [tone, icon] = looks[outcome]
  return (
    <Badge tone={tone} icon={icon}>
      {useTexts().fireOutcome[outcome]}
    </Badge>
  )
}
