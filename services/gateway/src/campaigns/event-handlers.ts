import { batchIncomplete, campaignCompleted, gatewayMailConsumer } from '@rounds/contracts'
import { done, hears, type Subscription, subscription } from '@rounds/messaging'
import { completed } from './campaign.ts'
import type { Campaigns } from './campaign-store.ts'

export interface FollowMailDeps {
  readonly campaigns: Pick<Campaigns, 'change'>
  /** A campaign that is not ours: it may be younger than the backup the database came from. */
  readonly onUnknown: (campaignId: string) => void
  readonly onIncomplete: (batch: { batchId: string; expected: number; reached: number }) => void
}

/** What the mailer says of many mails at once. Counts are not taken from here: they are counted when somebody looks. */
export function campaignEventHandlers({ campaigns, onUnknown, onIncomplete }: FollowMailDeps): Subscription {
  return subscription(
    gatewayMailConsumer,
    8,
    hears(campaignCompleted, async ({ data: { campaignId }, time }) => {
      const known = await campaigns.change(campaignId, (campaign) => completed(campaign, new Date(time)))
      if (!known) onUnknown(campaignId)
      return done
    }),
    hears(batchIncomplete, async ({ data: { batchId, expected, reached } }) => {
      onIncomplete({ batchId, expected, reached })
      return done
    }),
  )
}
