import type { ApprovalReason, CampaignDocument } from '@rounds/contracts'
import { isEverybody } from './campaign.ts'

/** Recipients that a sender wants to reach without anybody's approval. */
export interface Sending {
  readonly sender: string
  /** Names the mail or campaign: the same is counted once, however often it is asked. */
  readonly under: string
  readonly recipients: number
  readonly at: Date
}

/** Recipients by sender within a day: many small sendings are as much as a large one. */
export interface SenderTotals {
  /** Counts them unless the day would then hold more than the limit; one write, so that of two at once one is over it. */
  reserve(sending: Sending, limit: number): Promise<boolean>
  /** What the day before this moment holds, without what was counted under this name. */
  spent(sending: Omit<Sending, 'recipients'>): Promise<number>
}

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
