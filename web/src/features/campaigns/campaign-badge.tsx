import type { CampaignState } from '@rounds/contracts/http'
import {
  IconCircleCheck,
  IconCircleX,
  IconPencil,
  IconPlayerPause,
  IconSend,
  IconUserQuestion,
  type TablerIcon,
} from '@tabler/icons-react'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useTexts } from '../../texts/texts.ts'

const looks: Readonly<Record<CampaignState, readonly [Tone, TablerIcon]>> = {
  draft: ['quiet', IconPencil],
  'awaiting approval': ['warn', IconUserQuestion],
  sending: ['busy', IconSend],
  paused: ['warn', IconPlayerPause],
  completed: ['good', IconCircleCheck],
  cancelled: ['quiet', IconCircleX],
}

export function CampaignBadge({ state }: { readonly state: CampaignState }) {
  const [tone, icon] = looks[state]
  return (
    <Badge tone={tone} icon={icon}>
      {useTexts().campaignState[state]}
    </Badge>
  )
}
