import type { CampaignDocument } from '@rounds/contracts'
import { templateOf } from '@rounds/mail'
import type { Fault } from '../http/index.ts'
import { isForCampaigns, textFaults } from '../mail/index.ts'
import { type AudienceSubjects, audienceFaults } from './audience-errors.ts'
import type { Campaigns } from './campaign-store.ts'

export interface CampaignFaultsDeps {
  readonly subjects: Omit<AudienceSubjects, 'campaignWasSent'>
  readonly campaigns: Pick<Campaigns, 'one'>
}

type Planned = Pick<CampaignDocument, 'template' | 'audience'>
type Whole = Planned & Pick<CampaignDocument, 'texts' | 'columns' | 'upload'>

/** What is wrong with a campaign, whoever makes it: a person, or a schedule each time it is due. */
export function campaignFaults({ subjects, campaigns }: CampaignFaultsDeps) {
  const withCampaigns: AudienceSubjects = {
    ...subjects,
    campaignWasSent: async (id) => (await campaigns.one(id, 'the house'))?.requested !== undefined,
  }
  return { planned, whole }

  /** While it is a draft: its texts may still be missing. */
  async function planned({ template, audience }: Planned): Promise<Fault[]> {
    return [
      ...(isForCampaigns(templateOf(template))
        ? []
        : [{ pointer: '/template', detail: 'is no template for mail to many; see /v1/templates' }]),
      ...(await audienceFaults(audience, withCampaigns)),
    ]
  }

  /** Before it may leave: everything a mail is made of is there, and readable. */
  async function whole(campaign: Whole): Promise<Fault[]> {
    return [
      ...(await planned(campaign)),
      ...textFaults(campaign.texts, campaign.columns),
      ...(campaign.audience.kind === 'upload' && !campaign.upload
        ? [{ pointer: '/audience', detail: 'has no list yet; send it to …/recipients' }]
        : []),
    ]
  }
}
