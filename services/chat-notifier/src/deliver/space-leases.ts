import type { RestReason, SpaceStateDocument } from '@rounds/contracts'

export type Sending = NonNullable<SpaceStateDocument['sending']>
export type Kept = NonNullable<SpaceStateDocument['kept']>

/** What is to leave: written down before its first byte. */
export interface Leaving {
  readonly requestId: string
  readonly posts: readonly string[]
}

/** A space in one worker's hand, over all replicas. */
export interface Turn {
  readonly spaceId: string
  readonly fence: number
  /** By `performance.now()`, from before it was asked for: the turn is surely ours for `turnMs` from here. */
  readonly since: number
  readonly failures: number
  /** What is written down as leaving: by an earlier turn that found no end, or by this one. */
  readonly sending?: Sending
  readonly kept?: Kept
  /** How many posts its message tells of at most. */
  readonly digestAtMost?: number
}

export interface TakeWish {
  /** A space that was refused, or rests for long, is taken again only if somebody let it go on in a later version than the one that was refused. */
  readonly resumedAtVersion?: number | undefined
  /** When that was: what happened before had been kept. */
  readonly resumedAt?: Date | undefined
  readonly replaysKept?: boolean | undefined
  /** For putting its posts away only. */
  readonly evenIfStopped?: boolean
  /** Written down as leaving in the same write, unless something is already. */
  readonly leaving?: Leaving
}

/** What Google Chat said for good. */
export interface Refusal {
  readonly httpStatus: number
  readonly code: string
  readonly reason: string
}

export interface TurnEnd {
  /** Nothing leaves for this long; without it, nothing had left. */
  readonly afterMs?: number
  /** Whether what was leaving has found its end. */
  readonly isSettled: boolean
  readonly failures: number
  readonly isPosted?: boolean
  /** Why nothing leaves until then. */
  readonly pause?: { readonly reason: RestReason; readonly spaceVersion: number }
  /** How many posts the next message tells of; without it, as many as there are. */
  readonly digestAtMost?: number | undefined
  /** Google Chat refuses this version of the space. */
  readonly stopped?: Refusal & { readonly spaceVersion: number }
}

/** Who may speak in a space, and when: one message a second over all replicas, by the database's clock. */
export interface SpaceTurns {
  /** Nothing when the space is in another hand, its time has not come, or it is stopped. */
  take(spaceId: string, wish: TakeWish): Promise<Turn | undefined>
  /** Writes down what is about to leave. Throws `LostTurnError`. */
  leave(turn: Turn, leaving: Leaving): Promise<void>
  /** Gives the space back. Says `space.stopped` in the same write, where it is stopped. Throws `LostTurnError`. */
  end(turn: Turn, end: TurnEnd): Promise<void>
  /** In how many milliseconds the space may be taken; `stopped` when not before somebody lets it go on. */
  freeIn(spaceId: string): Promise<number | 'stopped'>
}

/** How long a turn is ours. Longer than the longest attempt and what has to be written around it. */
export const turnMs = 20_000

/** Another worker has the space now. Whoever gets this stops and sends nothing more. */
export class LostTurnError extends Error {
  override readonly name = 'LostTurnError'
  readonly code = 'TURN_LOST'

  constructor(spaceId: string) {
    super(`the turn of space ${spaceId} has passed to another worker`)
  }
}
