import type { HospitalEvent } from '@rounds/contracts'
import { type Claim, type Ending, type Ledger, LostClaimError, type Work } from './ledger.ts'
import { held, type Move, settled, stateAfter, suspiciousAttempts } from './moves.ts'

/** A ledger that a test can ask what was said. */
export interface MemoryLedger<Input, Outcome> extends Ledger<Input, Outcome> {
  /** Everything that went into the outbox, in order. */
  said(): readonly HospitalEvent[]
}

interface Entry<Input, Outcome>
  extends Omit<Work<Input, Outcome>, 'nextAttemptAt' | 'acceptedAt' | 'settledAt'> {
  nextAttemptAt: number
  acceptedAt: number
  settledAt?: number
  leaseUntil: number
  interrupted: boolean
  interruptions: number
  lane: string | undefined
  resolvedBy: readonly string[]
}

/** The ledger for unit tests: the same promises in one process's memory, by whichever clock it is given. */
export function memoryLedger<Input, Outcome>({
  now = Date.now,
  leaseMs = 20_000,
  repeating = 'safe',
  laneOf,
  groupBy,
}: {
  now?: () => number
  leaseMs?: number
  repeating?: 'safe' | 'doubtful'
  laneOf?: (input: Input) => string
  groupBy?: string
} = {}): MemoryLedger<Input, Outcome> {
  type Stored = Entry<Input, Outcome>
  const entries = new Map<string, Stored>()
  const outbox: HospitalEvent[] = []
  const abandon: Move = `abandoned, ${repeating}`

  return {
    said: () => [...outbox],

    async accept(key, input, says = []) {
      const known = entries.get(key)
      if (known) return { work: workOf(known), isNew: false }
      return { work: workOf(enter(key, input, 'accept', says)), isNew: true }
    },

    async acceptInHand(key, input, says = []) {
      return entries.has(key) ? undefined : take(enter(key, input, 'accept', says))
    },

    async read(key) {
      const entry = entries.get(key)
      return entry && workOf(entry)
    },

    async claim(key) {
      const entry = entries.get(key)
      return entry && take(entry)
    },

    claimNext: async () => takeDue(1)[0],
    claimMany: async (room, lane) => takeDue(room, lane),

    async cancel(key, input) {
      const entry = entries.get(key)
      if (!entry) return enter(key, input, 'call off', []).state
      const cancelAsked = entry.cancelAsked || held.includes(entry.state)
      return (move(entry, 'call off') ?? put({ ...entry, cancelAsked })).state
    },

    async cancelGroup(group, outcome) {
      const met = ofGroup(group).filter(
        ({ state, cancelAsked, interruptions }) =>
          interruptions === 0 && (state === 'waiting' || (held.includes(state) && !cancelAsked)),
      )
      for (const entry of met) {
        if (!move(entry, 'call off', { outcome: structuredClone(outcome) }))
          put({ ...entry, cancelAsked: true })
      }
      for (const entry of ofGroup(group))
        if (entry.state === 'waiting' && entry.nextAttemptAt > now()) put({ ...entry, nextAttemptAt: now() })
      return met.length
    },

    async changeLane(group, from, to) {
      const met = ofGroup(group).filter(({ state, lane }) => state === 'waiting' && lane === from)
      for (const entry of met) put({ ...entry, lane: to })
      return met.length
    },

    async resolve(key, { state, outcome, says }, by) {
      const entry = entries.get(key)
      if (!entry || entry.resolvedBy.includes(by)) return false
      const changes = {
        outcome: structuredClone(outcome),
        nextAttemptAt: now(),
        resolvedBy: [...entry.resolvedBy, by],
      }
      const moved = move(entry, `resolved: ${state}`, changes)
      if (moved) outbox.push(...says)
      return moved !== undefined
    },

    async expire(key, says) {
      const entry = entries.get(key)
      const moved = entry && move(entry, 'expire')
      if (moved) outbox.push(...says)
      return moved !== undefined
    },

    async renew(claims) {
      for (const { key, fence } of claims) {
        const entry = heldBy(key, fence)
        if (entry) put({ ...entry, leaseUntil: now() + leaseMs })
      }
      return renewalOf(claims)
    },

    look: async (claims) => renewalOf(claims),

    async sweep() {
      const over = [...entries.values()].filter(
        ({ state, leaseUntil }) => held.includes(state) && leaseUntil <= now(),
      )
      const moved = over.map((entry) => move(entry, abandon, vanishedBy(entry)))
      const doubted = moved.filter((entry) => entry?.state === 'in doubt').length
      return { returned: moved.length - doubted, doubted }
    },
  }

  function enter(key: string, input: Input, by: Move, says: readonly HospitalEvent[]): Stored {
    const state = stateAfter('unknown', by)
    if (!state) throw new Error(`nothing begins with ${by}`)
    outbox.push(...says)
    const start = { fence: 0, attempts: 0, cancelAsked: false, interrupted: false, interruptions: 0 }
    const entry = {
      key,
      state,
      input: structuredClone(input),
      nextAttemptAt: now(),
      acceptedAt: now(),
      leaseUntil: 0,
      lane: laneOf?.(input),
      resolvedBy: [],
      ...start,
    }
    return put(settled.includes(state) ? { ...entry, settledAt: now() } : entry)
  }

  function ofGroup(group: string): Stored[] {
    if (groupBy === undefined) throw new TypeError('this ledger knows no groups')
    return [...entries.values()].filter(({ input }) => (input as Record<string, unknown>)[groupBy] === group)
  }

  function takeDue(room: number, lane?: string): Claim<Input, Outcome>[] {
    const isOfLane = (entry: Stored) => lane === undefined || entry.lane === lane
    const due = [...entries.values()]
      .filter((entry) => isDue(entry) && isOfLane(entry))
      .sort((a, b) => a.nextAttemptAt - b.nextAttemptAt)
    return due.slice(0, room).flatMap((entry) => take(entry) ?? [])
  }

  function take(entry: Stored): Claim<Input, Outcome> | undefined {
    if (!isDue(entry)) return undefined
    const { fence, attempts } = entry
    const taken = move(entry, 'claim', {
      fence: fence + 1,
      attempts: attempts + 1,
      leaseUntil: now() + leaseMs,
    })
    return taken && claimOf(taken)
  }

  function claimOf(taken: Stored): Claim<Input, Outcome> {
    const { key, fence, input, attempts, interrupted, interruptions, outcome } = taken
    return {
      key,
      fence,
      input: structuredClone(input),
      attempt: attempts,
      interrupted,
      interruptions,
      ...(outcome === undefined ? {} : { outcome: structuredClone(outcome) }),
      async note(outcome) {
        put({ ...mine(), outcome: structuredClone(outcome) })
      },
      async say(events) {
        mine()
        outbox.push(...events)
      },
      async intend() {
        move(mine(), 'intend')
      },
      async settle(ending) {
        settle(mine(), ending)
        outbox.push(...(ending.says ?? []))
      },
    }

    function mine(): Stored {
      const entry = heldBy(key, fence)
      if (!entry) throw new LostClaimError(key)
      return entry
    }
  }

  function settle(entry: Stored, ending: Ending<Outcome>) {
    switch (ending.state) {
      case 'waiting':
        return move(entry, 'put back', { ...later(entry, ending), interrupted: false })
      case 'abandoned':
        return move(entry, abandon, { ...later(entry, ending), ...leftBy(entry) })
      default:
        return move(entry, ending.state, { outcome: structuredClone(ending.outcome), interrupted: false })
    }
  }

  function move(entry: Stored, by: Move, changes: Partial<Stored> = {}): Stored | undefined {
    const state = stateAfter(entry.state, by, entry.cancelAsked)
    if (!state) return undefined
    const { settledAt = now(), ...rest } = entry
    return put({ ...rest, ...changes, state, ...(settled.includes(state) ? { settledAt } : {}) })
  }

  function put(entry: Stored): Stored {
    entries.set(entry.key, entry)
    return entry
  }

  function heldBy(key: string, fence: number): Stored | undefined {
    const entry = entries.get(key)
    return entry?.fence === fence && held.includes(entry.state) ? entry : undefined
  }

  function isDue({ state, nextAttemptAt }: Stored): boolean {
    return stateAfter(state, 'claim') !== undefined && nextAttemptAt <= now()
  }

  function later({ attempts }: Stored, { afterMs, uncounted }: { afterMs: number; uncounted?: boolean }) {
    return { nextAttemptAt: now() + afterMs, attempts: uncounted ? attempts - 1 : attempts }
  }

  function leftBy({ state, interrupted, interruptions }: Stored) {
    const wasSending = state === 'sending'
    return { interrupted: interrupted || wasSending, interruptions: interruptions + (wasSending ? 1 : 0) }
  }

  function vanishedBy(entry: Stored) {
    const { attempts, nextAttemptAt } = entry
    return { ...leftBy(entry), nextAttemptAt: attempts < suspiciousAttempts ? nextAttemptAt : now() }
  }

  function renewalOf(claims: ReadonlyArray<Claim<Input, Outcome>>) {
    const keysOf = (is: (entry: Stored | undefined) => boolean | undefined) =>
      claims.filter(({ key, fence }) => is(heldBy(key, fence))).map(({ key }) => key)
    return { lost: keysOf((entry) => !entry), cancelAsked: keysOf((entry) => entry?.cancelAsked) }
  }
}

function workOf<Input, Outcome>(entry: Entry<Input, Outcome>): Work<Input, Outcome> {
  const { key, state, fence, attempts, cancelAsked, nextAttemptAt, acceptedAt, settledAt, input } = entry
  return structuredClone({
    key,
    state,
    fence,
    attempts,
    cancelAsked,
    input,
    ...(entry.outcome === undefined ? {} : { outcome: entry.outcome }),
    nextAttemptAt: new Date(nextAttemptAt),
    acceptedAt: new Date(acceptedAt),
    ...(settledAt === undefined ? {} : { settledAt: new Date(settledAt) }),
  })
}
