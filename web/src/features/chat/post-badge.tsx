import type { PostState } from '@rounds/contracts/http'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClockX,
  IconHelpCircle,
  IconHourglass,
  IconSend,
  type TablerIcon,
} from '@tabler/icons-react'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useTexts } from '../../texts/texts.ts'

const looks: Readonly<Record<PostState, readonly [Tone, TablerIcon]>> = {
  waiting: ['quiet', IconHourglass],
  posting: ['busy', IconSend],
  posted: ['good', IconCircleCheck],
  stale: ['quiet', IconClockX],
  failed: ['bad', IconAlertTriangle],
  'in doubt': ['warn', IconHelpCircle],
  cancelled: ['quiet', IconCircleX],
}

export function PostBadge({ state }: { readonly state: PostState }) {
  const [tone, icon] = looks[state]
  return (
    <Badge tone={tone} icon={icon}>
      {useTexts().postState[state]}
    </Badge>
  )
}
