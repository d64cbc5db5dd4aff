import type { ApprovalReason, CampaignDocument } from '@rounds/contracts'
import type { SenderTotals, Sending } from '../mail/index.ts'
import { isEverybody } from './campaign.ts'

type Sent = Pick<CampaignDocument, 'audience'>

/** Why a second person has to approve a campaign; nothing when it may leave, and then it is counted. */
export async function approvalReasonOf(
  campaign: Sent,
  sending: Sending,
  limit: number,
  totals: Pick<SenderTotals, 'reserve'>,
): Promise<ApprovalReason | undefined> {
  const alone = reasonAlone(campaign, sending.recipients, limit)
  if (alone) return alone
  return (await totals.reserve(sending, limit)) ? undefined : 'day'
}

/** The same for looking ahead: counts nothing. */
export async function approvalReasonAhead(
  campaign: Sent,
  sending: Sending,
  limit: number,
  totals: Pick<SenderTotals, 'spent'>,
): Promise<ApprovalReason | undefined> {
  const alone = reasonAlone(campaign, sending.recipients, limit)
  if (alone) return alone
  return (await totals.spent(sending)) + sending.recipients > limit ? 'day' : undefined
}

function reasonAlone(campaign: Sent, recipients: number, limit: number): ApprovalReason | undefined {
  if (isEverybody(campaign)) return 'everybody'
  return recipients > limit ? 'recipients' : undefined
}
