import type { DeliveryOutcome, DeliveryResolved } from '@rounds/contracts'
import type { Resolution, Work } from '@rounds/ledger'

/**
 * What a person decided. Sent anew, it is another mail with an id of its own: they know that it may come twice. What was called off
 * is not sent anew, and stays as unknown as it was.
 */
export function byPerson(
  { data: { as, resolvedBy }, time }: DeliveryResolved,
  { outcome, cancelAsked }: Pick<Work<unknown, DeliveryOutcome>, 'outcome' | 'cancelAsked'>,
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
      if (cancelAsked) {
        const code = 'CAMPAIGN_CANCELLED_AFTER_DOUBT'
        return { state: 'in doubt', outcome: { ...known, kind: 'in doubt', code, resolved }, says: [] }
      }
      const occurrence = (outcome?.occurrence ?? 0) + 1
      return { state: 'waiting', outcome: { ...known, kind: 'in doubt', occurrence, resolved }, says: [] }
    }
    default:
      return as satisfies never
  }
}
