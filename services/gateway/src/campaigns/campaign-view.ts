import type { Campaign as CampaignShown } from '@rounds/contracts'
import { type Principal, readFrom } from '../http/index.ts'
import { countsOf, type Deliveries, noTally, reasonInWords, type Tally } from '../mail/index.ts'
import { barredFromApproving, type Campaign, mayApprove } from './campaign.ts'
import { campaignProgress } from './campaign-progress.ts'

export interface CampaignViewDeps {
  readonly deliveries: Pick<Deliveries, 'tallies'>
  /** Names by identifier; whoever is not known is not in it. */
  readonly namesOf: (personIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

/**
 * How these campaigns are shown, one by one: with counts that are counted now, and the names of those who had a hand in them.
 */
export function campaignViews({ deliveries, namesOf }: CampaignViewDeps) {
  return async (
    campaigns: readonly Campaign[],
    principal: Principal,
  ): Promise<(campaign: Campaign) => CampaignShown> => {
    const sentOff = campaigns.filter(({ requested }) => requested).map(({ _id }) => _id)
    const people = readFrom(campaigns, ({ createdBy, approved, paused, cancelled }) => [
      createdBy,
      ...[approved, paused, cancelled].flatMap((one) => (one ? [one.by] : [])),
    ])
    const [tallies, names] = await Promise.all([
      sentOff.length > 0 ? deliveries.tallies(sentOff) : new Map<string, Tally>(),
      people.length > 0 ? namesOf([...new Set(people)]) : new Map<string, string>(),
    ])
    return (campaign) => viewOf(campaign, tallies.get(campaign._id) ?? noTally, names, principal)
  }
}

function viewOf(
  campaign: Campaign,
  tally: Tally,
  names: ReadonlyMap<string, string>,
  { personId }: Principal,
): CampaignShown {
  const { name, template, purpose, audience, texts, state, version, paused, cancelled, upload } = campaign
  const who = (id: string) => ({ id, name: names.get(id) ?? id })
  const counts = campaign.requested && countsOf(campaign, tally)
  const barred = barredFromApproving(campaign, personId)
  return {
    campaignId: campaign._id,
    name,
    template,
    purpose,
    audience,
    ...(texts ? { texts } : {}),
    state,
    version,
    createdBy: who(campaign.createdBy),
    createdAt: campaign.createdAt.toISOString(),
    ...(campaign.requested ? { requestedAt: campaign.requested.at.toISOString() } : {}),
    ...(campaign.approved ? { approvedBy: who(campaign.approved.by) } : {}),
    ...(paused ? { pausedBy: who(paused.by) } : {}),
    ...(paused?.reason ? { pauseReason: paused.reason } : {}),
    ...(cancelled ? { cancelledBy: who(cancelled.by) } : {}),
    ...(cancelled?.reason ? { cancelReason: cancelled.reason } : {}),
    ...(upload ? { upload: { rows: upload.rows, accepted: upload.accepted, refused: upload.refused } } : {}),
    ...(campaign.columns ? { columns: campaign.columns } : {}),
    ...(campaign.completedAt ? { completedAt: campaign.completedAt.toISOString() } : {}),
    ...(counts ? { counts } : {}),
    reasons: tally.reasons.map(({ code, count }) => ({ code, reason: reasonInWords(code), count })),
    ...(counts ? campaignProgress(campaign, counts, tally) : {}),
    mayApprove: mayApprove(campaign, personId),
    ...(campaign.approvalReason ? { approvalReason: campaign.approvalReason } : {}),
    ...(barred ? { barredFromApproving: barred } : {}),
  }
}
