import type { DeliveryState } from '@rounds/contracts/http'
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconHelpCircle,
  IconHourglass,
  IconMailbox,
  IconSend,
  type TablerIcon,
} from '@tabler/icons-react'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useTexts } from '../../texts/texts.ts'

const looks: Readonly<Record<DeliveryState, readonly [Tone, TablerIcon]>> = {
  waiting: ['quiet', IconHourglass],
  sending: ['busy', IconSend],
  sent: ['good', IconCircleCheck],
  merged: ['good', IconMailbox],
  suppressed: ['quiet', IconBan],
  failed: ['bad', IconAlertTriangle],
  'in doubt': ['warn', IconHelpCircle],
  cancelled: ['quiet', IconCircleX],
}

export function DeliveryBadge({ state }: { readonly state: DeliveryState }) {
  const [tone, icon] = looks[state]
  return (
    <Badge tone={tone} icon={icon}>
      {useTexts().deliveryState[state]}
    </Badge>
  )
}
