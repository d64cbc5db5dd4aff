import type { DeliveryOutcome, DeliveryResolved } from '@rounds/contracts'
import type { Resolution } from '@rounds/ledger'

/** What a person decided. Sent anew, it is another mail with an id of its own: they know that it may come twice. */
export function byPerson(
  { data: { as, resolvedBy }, time }: DeliveryResolved,
  outcome: DeliveryOutcome | undefined,
): Resolution<DeliveryOutcome> {
  const { code: _, ...known } = { code: undefined, decisions: [], ...outcome }
  const resolved = { by: resolvedBy, at: new Date(time), as }
  switch (as) {
    case 'sent':
      return { state: 'done', outcome: { ...known, kind: 'sent', resolved }, says: [] }
    case 'abandon':
      return {
        state: 'cancelled',
        outcome: { ...known, kind: 'cancelled', code: 'ABANDONED', resolved },
        says: [],
      }
    case 'resend': {
      const occurrence = (outcome?.occurrence ?? 0) + 1
      return { state: 'waiting', outcome: { ...known, kind: 'in doubt', occurrence, resolved }, says: [] }
    }
    default:
      return as satisfies never
  }
}
