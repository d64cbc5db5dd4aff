import { type Log, nameOfError } from '@rounds/kernel'
import type { Outcome } from './outcome.ts'

/** A delivered message, in the few words the broker understands. */
export interface Letter {
  ack(): void
  nak(afterMs: number): void
  term(reason: string): void
}

/** What settling needs to know about one delivery. */
export interface Settling {
  readonly attempt: number
  /** Deliveries after which a retry is no longer granted. */
  readonly patience: number
  /** Puts the whole message among the dead letters; resolves once it is stored there. */
  readonly bury: (reason: string) => Promise<void>
  readonly log: Log
}

/** What became of one delivery. */
export type Settled = 'done' | 'retry' | 'dead letter'

/** The one translation from an outcome into the broker's words. Never throws. */
export async function settle(letter: Letter, outcome: Outcome, settling: Settling): Promise<Settled> {
  const { attempt, patience, bury, log } = settling
  if (outcome.kind === 'done') {
    letter.ack()
    return 'done'
  }
  if (outcome.kind === 'retry' && attempt < patience) {
    letter.nak(spread(outcome.afterMs))
    return 'retry'
  }
  const reason =
    outcome.kind === 'reject'
      ? outcome.reason
      : `patience spent after ${attempt} deliveries: ${outcome.reason}`
  try {
    // Buried first. A crash in between buries it again under the same id; the other order loses it.
    await bury(reason)
    letter.term(reason)
    return 'dead letter'
  } catch (error) {
    log.error({ reason: nameOfError(error) }, 'a dead letter could not be stored; it will be delivered again')
    letter.nak(pauseBefore(attempt + 1))
    return 'retry'
  }
}

// Never sooner than asked for, and not all at once either.
const spread = (afterMs: number) => Math.round(afterMs * (1 + Math.random() / 2))

const longestPauseMs = 5 * 60_000

/**
 * How long to wait before a delivery that follows a failure: full jitter under a limit that grows fourfold from one
 * second to five minutes, so that a crowd which failed together does not come back together.
 */
export function pauseBefore(attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(longestPauseMs, 1_000 * 4 ** Math.max(0, attempt - 2)))
}
