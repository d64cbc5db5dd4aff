import type { DeliveryInput, DeliveryOutcome } from '@rounds/contracts'
import type { Claim, Ending, Ledger } from '@rounds/ledger'

export type DeliveryLedger = Ledger<DeliveryInput, DeliveryOutcome>
export type DeliveryClaim = Claim<DeliveryInput, DeliveryOutcome>
export type DeliveryEnding = Ending<DeliveryOutcome>

/** Where the waiting mails of a paused campaign lie: nobody works in this lane. */
export const heldLane = 'held'

/** How the ledger of deliveries is told apart. */
export const deliverySorting = { laneOf: ({ lane }: DeliveryInput) => lane, groupBy: 'batchId' } as const

/** What each event about a delivery carries. */
export const dataOf = ({ key, input }: Pick<DeliveryClaim, 'key' | 'input'>) => ({
  deliveryId: key,
  batchId: input.batchId,
  template: input.template,
})
