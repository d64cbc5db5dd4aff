import type { Log } from '@rounds/messaging'
import { type Claim, type Ending, type Ledger, LostClaimError, type Renewal } from './ledger.ts'
import { type Loop, rounds } from './rounds.ts'

/** Why `perform` is told to stop: a person called the work off. */
export class CallOff extends Error {
  override readonly name = 'CallOff'
  readonly code = 'CALLED_OFF'

  constructor(key: string) {
    super(`${key} was called off`)
  }
}

/** Why `perform` is told to stop: the process ends. The work goes back and this attempt does not count. */
export class Stopping extends Error {
  override readonly name = 'Stopping'
  readonly code = 'STOPPING'
}

/** Why `perform` is told to stop: this attempt took too long. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  readonly code = 'DEADLINE'
}

/** A limit that several processes share. Neither call waits. */
export interface Permits {
  /** Takes as many as there are, at most so many, and answers how many that was. */
  take(atMost: number): number
  giveBack(count: number): void
}

export interface WorkersOptions<Input, Outcome> {
  readonly name: string
  readonly concurrency: number
  /** Taken before work is claimed and given back after it: what has no permit here is left to whoever has one. */
  readonly permits?: Permits
  /**
   * Does the work and says how it ended. `signal` aborts when the work was called off (`CallOff`), taken over
   * (`LostClaimError`), takes too long (`DeadlineError`) or the process ends (`Stopping`). Throwing means: once more,
   * later. Whoever ignores the signal is left behind after ten seconds, and its claim is worth nothing from then on.
   */
  perform(claim: Claim<Input, Outcome>, signal: AbortSignal): Promise<Ending<Outcome>>
  /** The longest that one attempt may take. */
  readonly deadlineMs: number
  /** How work ends whose attempts are spent. */
  onSpent(claim: Claim<Input, Outcome>, error: unknown): Ending<Outcome>
  /** Told of each ending once it is written down; for counting. */
  readonly onSettled?: (ending: Ending<Outcome>) => void
  readonly log: Log
  readonly attempts?: number
  readonly backoffMs?: { readonly first: number; readonly longest: number }
  readonly renewEveryMs?: number
  readonly lookEveryMs?: number
  readonly pollEveryMs?: number
  readonly stopPatienceMs?: number
  readonly graceMs?: number
}

export interface Workers extends Loop {
  /** Tells the worker here that has this work to stop, if one has; elsewhere they learn of it from the ledger. */
  callOff(key: string): void
  /** When anything last moved, in milliseconds since the epoch: claimed, settled, renewed, or noted by `perform`. */
  progressAt(): number
  noteProgress(): void
}

interface InHand<Input, Outcome> {
  readonly claim: Claim<Input, Outcome>
  readonly controller: AbortController
}

/** Claims due work, at most so much at once, keeps its leases alive while it is performed, and settles it. */
export function workers<Input, Outcome>(
  ledger: Pick<Ledger<Input, Outcome>, 'claimMany' | 'renew' | 'look'>,
  options: WorkersOptions<Input, Outcome>,
): Workers {
  const { name, concurrency, permits = unlimited, perform, deadlineMs, onSpent, log, attempts = 8 } = options
  const { renewEveryMs = 6_000, lookEveryMs = 1_000, pollEveryMs = 500 } = options
  const { stopPatienceMs = 30_000, graceMs = 10_000, backoffMs = { first: 1_000, longest: 60_000 } } = options

  const inHand = new Map<string, InHand<Input, Outcome>>()
  const running = new Set<Promise<void>>()
  let appetite = 1
  let movedAt = Date.now()
  let leaving = false
  const noteProgress = () => {
    movedAt = Date.now()
  }

  const claiming = rounds(name, log, async () => {
    const wanted = Math.min(concurrency - running.size, appetite)
    const room = wanted > 0 ? permits.take(wanted) : 0
    if (room === 0) return pollEveryMs
    const claims = await claimedFor(room)
    if (claims.length > 0) noteProgress()
    for (const claim of claims) {
      const work = handle(claim).finally(() => {
        running.delete(work)
        permits.giveBack(1)
        claiming.ring()
      })
      running.add(work)
    }
    // One alone is claimed quickest; many together are claimed cheapest.
    appetite = claims.length < room ? 1 : Math.min(2 * appetite, concurrency)
    return claims.length < room ? pollEveryMs : 0
  })
  const renewing = rounds(`${name} leases`, log, async () => {
    if (inHand.size > 0) {
      heed(await ledger.renew(claims()))
      noteProgress()
    }
    return renewEveryMs
  })
  const looking = rounds(`${name} calls`, log, async () => {
    if (inHand.size > 0) heed(await ledger.look(claims()))
    return lookEveryMs
  })

  return {
    name,
    async start() {
      leaving = false
      await Promise.all([claiming.start(), renewing.start(), looking.start()])
    },
    async stop() {
      await claiming.stop()
      const patience = setTimeout(() => {
        leaving = true
        for (const { controller } of inHand.values()) controller.abort(new Stopping('the process ends'))
      }, stopPatienceMs)
      await Promise.all(running)
      clearTimeout(patience)
      await Promise.all([renewing.stop(), looking.stop()])
    },
    ring: claiming.ring,
    callOff: (key) => inHand.get(key)?.controller.abort(new CallOff(key)),
    progressAt: () => movedAt,
    noteProgress,
  }

  async function claimedFor(room: number) {
    let claimed = 0
    try {
      const claims = await ledger.claimMany(room)
      claimed = claims.length
      return claims
    } finally {
      permits.giveBack(room - claimed)
    }
  }

  function claims() {
    return Array.from(inHand.values(), ({ claim }) => claim)
  }

  function heed({ lost, cancelAsked }: Renewal) {
    for (const key of lost) inHand.get(key)?.controller.abort(new LostClaimError(key))
    for (const key of cancelAsked) inHand.get(key)?.controller.abort(new CallOff(key))
  }

  async function handle(claim: Claim<Input, Outcome>): Promise<void> {
    const controller = new AbortController()
    // We may be our own heir, when this process slept longer than its leases.
    inHand.get(claim.key)?.controller.abort(new LostClaimError(claim.key))
    inHand.set(claim.key, { claim, controller })
    try {
      await settle(claim, await attempt(claim, controller))
    } catch (error) {
      // Only `onSpent` can bring us here. The lease runs out and the work is found again; the others go on.
      log.error({ component: name, key: claim.key, error }, 'no ending could be made')
    } finally {
      if (inHand.get(claim.key)?.claim === claim) inHand.delete(claim.key)
      noteProgress()
    }
  }

  /** How it ended; nothing when the work is no longer ours. */
  async function attempt(claim: Claim<Input, Outcome>, controller: AbortController) {
    // It has killed its process again and again: nobody was left to count, so it is counted here.
    if (claim.attempt > attempts) return onSpent(claim, new Error('the process died at every attempt'))
    const { signal } = controller
    const deadline = setTimeout(() => controller.abort(new DeadlineError('took too long')), deadlineMs)
    const left = leftBehind(signal)
    try {
      return await Promise.race([perform(claim, signal), left.promise])
    } catch (error) {
      return endingAfter(claim, signal.aborted ? signal.reason : error)
    } finally {
      clearTimeout(deadline)
      left.forget()
    }
  }

  function endingAfter(claim: Claim<Input, Outcome>, error: unknown): Ending<Outcome> | undefined {
    if (error instanceof LostClaimError) {
      log.warn({ component: name, key: claim.key, fence: claim.fence }, 'taken over by another worker')
      return undefined
    }
    const reason = nameOf(error)
    if (error instanceof CallOff) return { state: 'abandoned', reason, afterMs: 0 }
    if (error instanceof Stopping) return { state: 'abandoned', reason, afterMs: 0, uncounted: true }
    log.warn({ component: name, key: claim.key, attempt: claim.attempt, error }, 'attempt failed')
    if (claim.attempt >= attempts) return onSpent(claim, error)
    return { state: 'abandoned', reason, afterMs: fullJitter(claim.attempt, backoffMs) }
  }

  /** Tries until the ledger has it, however long the database is away: the work is done and must not be done twice. */
  async function settle(claim: Claim<Input, Outcome>, ending: Ending<Outcome> | undefined): Promise<void> {
    if (!ending) return
    for (let failures = 1; ; failures++) {
      try {
        await claim.settle(ending)
        options.onSettled?.(ending)
        return
      } catch (error) {
        if (error instanceof LostClaimError) return
        log.warn({ component: name, key: claim.key, error }, 'outcome not written yet')
        // Whoever leaves cannot wait for ever: the lease runs out, and the next worker finds the work.
        if (leaving) return
        await new Promise((resolve) =>
          setTimeout(resolve, fullJitter(failures, { first: 200, longest: 5_000 })),
        )
      }
    }
  }

  /** Rejects some time after the signal, for whoever does not listen to it. */
  function leftBehind(signal: AbortSignal) {
    let timer: NodeJS.Timeout | undefined
    const { promise, reject } = Promise.withResolvers<never>()
    const begin = () => {
      timer = setTimeout(() => reject(signal.reason), graceMs)
    }
    signal.addEventListener('abort', begin, { once: true })
    return {
      promise,
      forget() {
        clearTimeout(timer)
        signal.removeEventListener('abort', begin)
      },
    }
  }
}

const unlimited: Permits = { take: (atMost) => atMost, giveBack() {} }

/** Anything between nothing and a doubling limit, so that those who failed together do not return together. */
function fullJitter(failures: number, { first, longest }: { first: number; longest: number }): number {
  return Math.round(Math.random() * Math.min(longest, first * 2 ** (failures - 1)))
}

/** An error by class and code only: a stranger's message may quote the data it choked on. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code } = error as { code?: unknown }
  return code === undefined ? error.name : `${error.name} ${String(code)}`
}
