import type { PostOutcome, PostResolved } from '@rounds/contracts'
import type { Resolution } from '@rounds/ledger'

/** What becomes of a post in doubt once a person has decided. */
export function byPerson(
  { time, data }: PostResolved,
  outcome: PostOutcome = { kind: 'in doubt' },
): Resolution<PostOutcome> {
  const resolved = { by: data.resolvedBy, at: new Date(time), as: data.as }
  switch (data.as) {
    case 'posted':
      return { state: 'done', outcome: { ...outcome, kind: 'posted', resolved }, says: [] }
    case 'abandon':
      return { state: 'cancelled', outcome: { ...outcome, kind: 'cancelled', resolved }, says: [] }
    case 'again': {
      const { code: _, ...rest } = outcome
      return { state: 'waiting', outcome: { ...rest, resolved }, says: [] }
    }
    default:
      return data.as satisfies never
  }
}
