import { type Log, type Loop, pollLoop } from '@rounds/kernel'
import { type Claim, type Ending, type Ledger, LostClaimError, type Renewal } from './ledger.ts'
import { type Permits, roomFor } from './room.ts'

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
  /** Told once work is no longer in hand here, however it ended, or that it was taken over. */
  readonly onOver?: (claim: Claim<Input, Outcome>) => void
  /** Told when an ending came too late: another worker has the work, or it has an ending already. */
  readonly onTooLate?: (claim: Claim<Input, Outcome>) => Promise<void>
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
  /** How long new work may wait for room before it is written down for later. */
  readonly roomPatienceMs?: number
}

export interface Workers<Input> extends Loop {
  /**
   * Writes new work down; resolves once that is durable. Where there is room here and nothing older waits, the same write
   * takes it in hand: neither a search nor a claim is needed. Known work stays as it is.
   */
  accept(key: string, input: Input): Promise<void>
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

/** How long room for a few may wait for room for more. */
const fewWithinMs = 20

/** Claims due work, at most so much at once, keeps its leases alive while it is performed, and settles it. */
export function workers<Input, Outcome>(
  ledger: Pick<Ledger<Input, Outcome>, 'accept' | 'acceptInHand' | 'claimMany' | 'renew' | 'look'>,
  options: WorkersOptions<Input, Outcome>,
): Workers<Input> {
  const { name, concurrency, permits, perform, deadlineMs, onSpent, log, attempts = 8 } = options
  const { renewEveryMs = 6_000, lookEveryMs = 1_000, pollEveryMs = 500 } = options
  const {
    stopPatienceMs = 30_000,
    roomPatienceMs = 50,
    graceMs = 10_000,
    backoffMs = { first: 1_000, longest: 60_000 },
  } = options

  const inHand = new Map<string, InHand<Input, Outcome>>()
  const running = new Set<Promise<void>>()
  const room = roomFor(concurrency, permits)
  let appetite = 1
  /** Whether work may wait in the ledger that is due: it goes before what arrives. */
  let isBehind = true
  let isOpen = false
  /** Since when there is room for a few, while much waits. */
  let fewSince: number | undefined
  let movedAt = Date.now()
  let leaving = false
  const noteProgress = () => {
    movedAt = Date.now()
  }

  const claiming = pollLoop(name, log, async () => {
    const asked = room.take(appetite)
    if (asked === 0) {
      // Every hand is busy, perhaps with what just came: what waits, such as what lost its worker, would never be looked for.
      isBehind = true
      return pollEveryMs
    }
    // One claim for many costs little more than one for a few, and others are in hand meanwhile.
    if (asked < appetite / 4 && inHand.size > 3 * asked) {
      fewSince ??= performance.now()
      const leftMs = fewSince + fewWithinMs - performance.now()
      if (leftMs > 0) {
        room.giveBack(asked)
        return leftMs
      }
    }
    fewSince = undefined
    const claimed = await claimFor(asked)
    // One alone is claimed quickest; many together are claimed cheapest.
    appetite = claimed < asked ? 1 : Math.min(2 * appetite, concurrency)
    return claimed < asked ? pollEveryMs : 0
  })
  const renewing = pollLoop(`${name} leases`, log, async () => {
    if (inHand.size > 0) {
      heed(await ledger.renew(claims()))
      noteProgress()
    }
    return renewEveryMs
  })
  const looking = pollLoop(`${name} calls`, log, async () => {
    if (inHand.size > 0) heed(await ledger.look(claims()))
    return lookEveryMs
  })

  return {
    name,
    async start() {
      leaving = false
      isOpen = true
      await Promise.all([claiming.start(), renewing.start(), looking.start()])
    },
    async stop() {
      isOpen = false
      room.sendAway()
      await claiming.stop()
      const patience = setTimeout(() => {
        leaving = true
        for (const { controller } of inHand.values()) controller.abort(new Stopping('the process ends'))
      }, stopPatienceMs)
      // What is just being written down is in hand a moment later.
      while (running.size > 0) await Promise.allSettled(running)
      clearTimeout(patience)
      await Promise.all([renewing.stop(), looking.stop()])
    },
    ring: claiming.ring,
    async accept(key, input) {
      if (isOpen && !isBehind && (await room.takeOneWithin(roomPatienceMs))) return acceptInHand(key, input)
      await ledger.accept(key, input)
      isBehind = true
      claiming.ring()
    },
    callOff: (key) => inHand.get(key)?.controller.abort(new CallOff(key)),
    progressAt: () => movedAt,
    noteProgress,
  }

  /** Claims what is due, for room that was taken, and answers how much that was. */
  async function claimFor(asked: number): Promise<number> {
    let claims: readonly Claim<Input, Outcome>[] = []
    // Not afterwards: what is written down while the ledger is asked may be missing in its answer.
    isBehind = false
    try {
      claims = await ledger.claimMany(asked)
    } catch (error) {
      isBehind = true
      throw error
    } finally {
      room.giveBack(asked - claims.length)
    }
    if (claims.length === asked) isBehind = true
    claims.forEach(begin)
    return claims.length
  }

  function acceptInHand(key: string, input: Input): Promise<void> {
    const taking = async () => {
      let claim: Claim<Input, Outcome> | undefined
      try {
        claim = await ledger.acceptInHand(key, input)
      } finally {
        if (!claim) room.giveBack(1)
      }
      if (claim) begin(claim)
    }
    return track(taking())
  }

  function begin(claim: Claim<Input, Outcome>): void {
    noteProgress()
    void track(
      handle(claim).finally(() => {
        room.giveBack(1)
        if (isBehind) claiming.ring()
      }),
    )
  }

  function track(work: Promise<void>): Promise<void> {
    running.add(work)
    const over = () => running.delete(work)
    work.then(over, over)
    return work
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
      // Only `onSpent` and `onTooLate` can bring us here. The lease runs out and the work is found again; the others go on.
      log.error({ component: name, key: claim.key, error }, 'no ending could be made')
    } finally {
      if (inHand.get(claim.key)?.claim === claim) inHand.delete(claim.key)
      options.onOver?.(claim)
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
        if (error instanceof LostClaimError) return options.onTooLate?.(claim)
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
