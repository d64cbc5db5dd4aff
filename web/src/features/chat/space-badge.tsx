import type { Space } from '@rounds/contracts/http'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconHourglass,
  IconPlayerPause,
  type TablerIcon,
} from '@tabler/icons-react'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useTexts } from '../../texts/texts.ts'

const looks: Readonly<Record<Space['state'], readonly [Tone, TablerIcon]>> = {
  active: ['good', IconCircleCheck],
  paused: ['warn', IconHourglass],
  off: ['quiet', IconPlayerPause],
  stopped: ['bad', IconAlertTriangle],
}

export function SpaceBadge({ state }: Pick<Space, 'state'>) {
  const [tone, icon] = looks[state]
  return (
    <Badge tone={tone} icon={icon}>
      {useTexts().spaceState[state]}
    </Badge>
  )
}
