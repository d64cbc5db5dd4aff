import type { DeliveryOutcome } from '@rounds/contracts'
import type { CampaignWatch } from '../campaign-watch.ts'
import { type DeliveryLedger, heldLane } from '../delivery-work.ts'

export interface HeedCampaignsDeps {
  readonly campaigns: Pick<CampaignWatch, 'active'>
  readonly deliveries: Pick<DeliveryLedger, 'cancelGroup' | 'changeLane'>
  /** Something may be claimed again. */
  readonly ring: () => void
}

const calledOff: DeliveryOutcome = { kind: 'cancelled', code: 'CAMPAIGN_CANCELLED', decisions: [] }

/**
 * Puts what waits of paused campaigns where nobody works, brings it back when they go on, and calls off what waits of those that
 * were called off. Whatever happened in between is put right by the next round: what holds is what the campaign says.
 */
export function syncCampaigns({ campaigns, deliveries, ring }: HeedCampaignsDeps) {
  return async () => {
    for (const { id, state } of campaigns.active()) {
      if (state === 'paused') {
        await deliveries.changeLane(id, 'bulk', heldLane)
        continue
      }
      if (state === 'cancelled') await deliveries.cancelGroup(id, calledOff)
      // Every time: another mailer that knew less may have put some there after they were brought back. What a campaign leaves
      // when it is called off may have arrived before; its worker says so.
      if ((await deliveries.changeLane(id, heldLane, 'bulk')) > 0) ring()
    }
  }
}
