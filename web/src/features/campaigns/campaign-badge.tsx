import type { Campaign } from '@rounds/contracts/http'
import {
  IconCircleCheck,
  IconCircleX,
  IconHelpCircle,
  IconHourglass,
  IconMoon,
  IconPencil,
  IconPlayerPause,
  IconSend,
  IconUserQuestion,
  type TablerIcon,
} from '@tabler/icons-react'
import { useFormats } from '../../format/use-formats.ts'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useTexts } from '../../texts/texts.ts'
import { type CampaignStanding, standingOf } from './campaign-standing.ts'

const looks: Readonly<Record<CampaignStanding, readonly [Tone, TablerIcon]>> = {
  draft: ['quiet', IconPencil],
  'awaiting approval': ['warn', IconUserQuestion],
  sending: ['busy', IconSend],
  'waits for mail server': ['warn', IconHourglass],
  'waits for later': ['quiet', IconMoon],
  paused: ['warn', IconPlayerPause],
  completed: ['good', IconCircleCheck],
  'completed uncertain': ['warn', IconHelpCircle],
  cancelled: ['quiet', IconCircleX],
}

export function CampaignBadge({ campaign }: { readonly campaign: Campaign }) {
  const { campaignState, campaignStanding: texts } = useTexts()
  const { number } = useFormats()
  const standing = standingOf(campaign)
  const [tone, icon] = looks[standing]
  return (
    <Badge tone={tone} icon={icon}>
      {standing === 'completed uncertain'
        ? texts.completedUncertain(number(campaign.counts?.inDoubt ?? 0))
        : standing === 'waits for mail server'
          ? texts.waitsForMailServer
          : standing === 'waits for later'
            ? texts.waitsForLater
            : campaignState[standing]}
    </Badge>
  )
}
