import type { DeliveryOutcome } from './mail-collections.ts'
import type { DeliveryState } from './mail-words.ts'

/** Where a delivery stands, read from its ledger document alone. */
export function deliveryStateOf(work: {
  readonly state: string
  readonly outcome?: Pick<DeliveryOutcome, 'kind'>
}): DeliveryState {
  switch (work.state) {
    case 'waiting':
    case 'claimed':
      return 'waiting'
    case 'sending':
      return 'sending'
    case 'in doubt':
      return 'in doubt'
    case 'cancelled':
      return 'cancelled'
    default:
      return work.outcome?.kind ?? 'failed'
  }
}
