import type { WorkState } from './ledger.ts'

/** Where a move may start: in a state, or with a key that nobody has written down yet. */
export type From = WorkState | 'unknown'

type Steps = Readonly<Partial<Record<From, WorkState>>>

const inHand = (to: WorkState): Steps => ({ claimed: to, sending: to })
const doubted = (to: WorkState): Steps => ({ 'in doubt': to })

/**
 * Every move there is, and from where to where it leads. What is not listed changes nothing.
 *
 * "Abandoned" is work whose worker went away, or stopped without knowing how far it came. Where repeating is doubtful
 * and the first irreversible byte may have left, a person has to look.
 */
export const moves = {
  accept: { unknown: 'waiting' },
  claim: { waiting: 'claimed' },
  intend: { claimed: 'sending', sending: 'sending' },
  done: inHand('done'),
  failed: inHand('failed'),
  'in doubt': inHand('in doubt'),
  cancelled: inHand('cancelled'),
  'put back': inHand('waiting'),
  'abandoned, safe': inHand('waiting'),
  'abandoned, doubtful': { claimed: 'waiting', sending: 'in doubt' },
  'call off': { unknown: 'cancelled', waiting: 'cancelled' },
  'resolved: done': doubted('done'),
  'resolved: failed': doubted('failed'),
  'resolved: cancelled': doubted('cancelled'),
  'resolved: in doubt': doubted('in doubt'),
  'resolved: waiting': doubted('waiting'),
  'restored: done': { waiting: 'done', ...inHand('done') },
  'restored: in doubt': { waiting: 'in doubt', ...inHand('in doubt') },
  expire: { done: 'expired', failed: 'expired', 'in doubt': 'expired', cancelled: 'expired' },
} as const satisfies Record<string, Steps>

export type Move = keyof typeof moves

/**
 * Work that lost its worker keeps its place before what came later, so that a crash costs it no more than the lease. From
 * this many attempts on it may be what ends workers, and goes behind the others. Fewer would meet the innocent: what is
 * first in line is in hand again when the next worker dies.
 */
export const suspiciousAttempts = 5

/** Where somebody holds the work, under a lease. */
export const held: readonly WorkState[] = ['claimed', 'sending']

/** Where work ends. Nothing leads back from here, but somebody's decision about what is in doubt. */
export const settled: readonly WorkState[] = ['done', 'failed', 'in doubt', 'cancelled', 'expired']

/** What a move does in each state that it may start from; work that was called off never waits again. */
export function stepsOf(move: Move): ReadonlyArray<{ from: From; to: WorkState; toIfCalledOff: WorkState }> {
  return (Object.entries(moves[move]) as [From, WorkState][]).map(([from, to]) => ({
    from,
    to,
    toIfCalledOff: to === 'waiting' ? 'cancelled' : to,
  }))
}

/** Where a move leads, or nothing when it may not start here. */
export function stateAfter(from: From, move: Move, calledOff = false): WorkState | undefined {
  const step = stepsOf(move).find((one) => one.from === from)
  return calledOff ? step?.toIfCalledOff : step?.to
}
