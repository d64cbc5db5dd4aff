import type { HospitalEvent } from '@rounds/contracts'

/**
 * A piece of work's life.
 *
 * ```
 * waiting ─claim→ claimed ─intend→ sending ─settle→ done | failed | in doubt | cancelled ─expire→ expired
 *    ▲               │ lease over      │ temporary failure → waiting at nextAttemptAt
 *    └───────────────┘                 │ lease over → in doubt, or waiting where repeating is safe
 *
 * in doubt ─resolve→ done | failed | cancelled | waiting, or in doubt still, with more known
 * ```
 */
export type WorkState =
  | 'waiting'
  | 'claimed'
  | 'sending'
  | 'done'
  | 'failed'
  | 'in doubt'
  | 'cancelled'
  | 'expired'

/** Work as anyone may look at it. Times are the database's. */
export interface Work<Input, Outcome> {
  readonly key: string
  readonly state: WorkState
  /** Counts claims; a write that carries an old one changes nothing. */
  readonly fence: number
  readonly attempts: number
  readonly cancelAsked: boolean
  readonly nextAttemptAt: Date
  readonly acceptedAt: Date
  readonly settledAt?: Date
  readonly input: Input
  readonly outcome?: Outcome
}

/** How a piece of work ends, or when it is looked at again. `says` goes out with the outcome or not at all. */
export type Ending<Outcome> =
  | {
      readonly state: 'done' | 'failed' | 'in doubt' | 'cancelled'
      readonly outcome: Outcome
      readonly says: readonly HospitalEvent[]
    }
  | {
      /** `waiting`: it is known not to have happened. `abandoned`: nobody knows, as after a lease that ran out. */
      readonly state: 'waiting' | 'abandoned'
      /** Why, without a word about a person. */
      readonly reason: string
      readonly afterMs: number
      readonly says?: readonly HospitalEvent[]
      /** The work was not at fault (the process stops): this attempt does not count. */
      readonly uncounted?: boolean
    }

/** What becomes of work that was in doubt, once somebody or something knows more. */
export interface Resolution<Outcome> {
  readonly state: 'done' | 'failed' | 'cancelled' | 'in doubt' | 'waiting'
  readonly outcome: Outcome
  readonly says: readonly HospitalEvent[]
}

/** Work taken in hand. Every call throws `LostClaimError` once somebody else has taken it over. */
export interface Claim<Input, Outcome> {
  readonly key: string
  readonly input: Input
  /** 1 the first time. */
  readonly attempt: number
  readonly fence: number
  /** The last worker vanished after `intend`: what it meant to do may have happened. */
  readonly interrupted: boolean
  /** How often that was so, all in all. */
  readonly interruptions: number
  /** What was noted or settled before. */
  readonly outcome?: Outcome
  /** Keeps how far it is, for whoever looks and for whoever takes over. */
  note(outcome: Outcome): Promise<void>
  /** Puts events into the outbox without moving the work: "started", and the like. */
  say(events: readonly HospitalEvent[]): Promise<void>
  /** Writes down, before the first irreversible byte, that it is about to leave. */
  intend(): Promise<void>
  /** Writes the ending and what it says in one update. */
  settle(ending: Ending<Outcome>): Promise<void>
}

/** Memory of work that makes twice impossible inside our walls. MongoDB in production, memory in unit tests. */
export interface Ledger<Input, Outcome> {
  /** Writes the work down unless its key is known. Resolves once that is durable on a majority. First input wins. */
  accept(
    key: string,
    input: Input,
    says?: readonly HospitalEvent[],
  ): Promise<{ readonly work: Work<Input, Outcome>; readonly isNew: boolean }>
  /** Writes new work down and takes it in hand, in one write; nothing when its key is known, whatever became of it. */
  acceptInHand(
    key: string,
    input: Input,
    says?: readonly HospitalEvent[],
  ): Promise<Claim<Input, Outcome> | undefined>
  read(key: string): Promise<Work<Input, Outcome> | undefined>
  /** Takes this work in hand if it waits and is due; nothing if it is held, settled, not due or unknown. */
  claim(key: string): Promise<Claim<Input, Outcome> | undefined>
  /** Takes the work in hand that has been due longest. */
  claimNext(): Promise<Claim<Input, Outcome> | undefined>
  /**
   * The same for as many as there is room for, in few round trips; fewer only when nothing more is due. Of one lane, where
   * work has lanes.
   */
  claimMany(room: number, lane?: string): Promise<readonly Claim<Input, Outcome>[]>
  /**
   * Calls work off: what waits is cancelled at once, what is in hand is asked to stop (its worker learns of it within a
   * second), what is settled stays as it is. An unknown key is written down as cancelled, so that a request which
   * arrives after its own cancellation finds it. Answers the state from then on.
   */
  cancel(key: string, input: Input): Promise<WorkState>
  /**
   * Calls off a whole group: what waits is cancelled at once with this outcome, what is in hand is asked to stop. What was
   * ever interrupted may have happened: it is left to its worker, who knows how to say so, and is due at once. Asking again
   * finds what was written down since. Answers how many it met.
   */
  cancelGroup(group: string, outcome: Outcome): Promise<number>
  /** Moves what waits of a group from one lane to another, such as one where nobody works. Answers how many. */
  changeLane(group: string, from: string, to: string): Promise<number>
  /**
   * Decides about work in doubt; nothing else is touched. `by` names the decision: the same one changes nothing when it
   * comes again, even if the work is in doubt anew. Answers whether it was this call that did it.
   */
  resolve(key: string, resolution: Resolution<Outcome>, by: string): Promise<boolean>
  /** Settled work whose content is gone. The key stays, so that it is never done again. Answers whether it was moved. */
  expire(key: string, says: readonly HospitalEvent[]): Promise<boolean>
  /** Prolongs all these claims' leases in one write, and tells which are lost and which were called off. */
  renew(claims: ReadonlyArray<Claim<Input, Outcome>>): Promise<Renewal>
  /** Which of these claims were called off or lost; a read only, cheap enough for every second. */
  look(claims: ReadonlyArray<Claim<Input, Outcome>>): Promise<Renewal>
  /** Returns work whose lease is over to `waiting`, or lists it as in doubt. */
  sweep(): Promise<{ readonly returned: number; readonly doubted: number }>
}

/** Keys of the claims that are no longer ours, and of those that were called off. */
export interface Renewal {
  readonly lost: readonly string[]
  readonly cancelAsked: readonly string[]
}

/** Another worker holds this work now. Whoever gets this stops and touches nothing more. */
export class LostClaimError extends Error {
  override readonly name = 'LostClaimError'
  readonly code = 'CLAIM_LOST'

  constructor(key: string) {
    super(`the claim on ${key} has passed to another worker`)
  }
}
