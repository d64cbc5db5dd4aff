import type { HospitalEvent } from '@rounds/contracts'
import {
  alsoSaying,
  bulk,
  duplicateKey,
  ended,
  groupCommit,
  groups,
  outboxOf,
  refusedFor,
  repeatedly,
  type WithOutbox,
} from '@rounds/mongo'
import {
  type Collection,
  type Document,
  MongoServerError,
  ObjectId,
  type OptionalUnlessRequiredId,
  type UpdateFilter,
} from 'mongodb'
import { FairLine } from './fair-line.ts'
import { type Claim, type Ending, type Ledger, LostClaimError, type Work, type WorkState } from './ledger.ts'
import {
  calledOff,
  type Deed,
  eachItsOwn,
  firstOf,
  moving,
  type Own,
  resolving,
  startsOf,
  unlessKnown,
  vanished,
} from './mongo-moves.ts'
import { held, type Move } from './moves.ts'

/** A piece of work as it stands in the database; every instant in it is the database's. */
export interface WorkDocument<Input, Outcome> extends WithOutbox {
  readonly _id: string
  readonly state: WorkState
  readonly fence: number
  readonly attempts: number
  readonly cancelAsked: boolean
  readonly interrupted: boolean
  readonly interruptions?: number
  readonly lane?: string
  readonly nextAttemptAt: Date
  /** Its place in line, where work is claimed fairly. */
  readonly place?: Date
  readonly acceptedAt: Date
  readonly input: Input
  /** `key#fence`: unique per claim, so that one write can prolong many leases. */
  readonly holder?: string
  /** The write that claimed it, when it claimed several: a bulk write does not tell which of them it won. */
  readonly claimedBy?: ObjectId
  readonly leaseUntil?: Date
  readonly outcome?: Outcome
  readonly settledAt?: Date
  readonly keepUntil?: Date
  /** Decisions about doubt that were made. */
  readonly resolvedBy?: readonly string[]
  /** The last moves, for people. */
  readonly history: ReadonlyArray<{ at: Date; move: string; fence: number; reason?: string; by?: ObjectId }>
}

export interface LedgerOptions<Input = never> {
  /** Whether work that was interrupted after `intend` may be done again. */
  readonly repeating: 'safe' | 'doubtful'
  /** Where work has lanes, which workers claim from independently: the lane of new work. */
  readonly laneOf?: (input: Input) => string
  /** Where work is claimed fairly: who asked for it. What waits longest does not simply go first then, see `FairLine`. */
  readonly askedBy?: (input: Input) => string | undefined
  /** The field of the input that names what group the work belongs to, where there are groups. */
  readonly groupBy?: string
  readonly leaseMs?: number
  /**
   * Groups of writes of one kind on their way at once: fewer make larger groups, where a little later costs nothing. One
   * waits for a whole turn of the event loop, too. What is accepted in hand waits for nobody: it begins with that write.
   */
  readonly writesAtOnce?: number
  /** Called after something went into an outbox here: the relay's bell. */
  readonly onSaid?: () => void
}

/** A write of whoever holds the claim. */
interface Change {
  readonly key: string
  readonly fence: number
  readonly deed: Deed
  readonly own: Own
}

/**
 * The ledger in MongoDB: one document per piece of work, changed only by compare-and-set, in the database's time.
 * Accepts, claims and changes that come at once share one write each; alone, each is one round trip.
 */
export function mongoLedger<Input, Outcome>(
  collection: Collection<WorkDocument<Input, Outcome>>,
  now: () => Date,
  {
    repeating,
    laneOf,
    askedBy,
    groupBy,
    leaseMs = 20_000,
    writesAtOnce: atOnce = groups.atOnce,
    onSaid = () => {},
  }: LedgerOptions<Input>,
): Ledger<Input, Outcome> {
  type Stored = WorkDocument<Input, Outcome>
  // The driver's filters do not follow generic documents.
  const work = collection as unknown as Collection<WorkDocument<unknown, unknown>>
  const line = new FairLine()
  const inOrder = orderOf({ askedBy })
  const leaseFromNow = { $add: ['$$NOW', leaseMs] }
  const abandon: Move = `abandoned, ${repeating}`
  const together = { ...groups, atOnce, isPatient: atOnce === 1 }
  const acceptance = groupCommit(acceptAll, { ...together, keyOf: ({ _id }) => _id })
  const acceptanceInHand = groupCommit(acceptAll, { ...groups, keyOf: ({ _id }) => _id })
  const taking = groupCommit(takeAll, { ...together, keyOf: (key) => key })
  const changing = groupCommit(changeAll, { ...together, keyOf: ({ key }) => key })

  return {
    async accept(key, input, says = []) {
      const { isNew, document } = await acceptance(waiting(key, input, says))
      if (says.length > 0) onSaid()
      return { work: workOf(document), isNew }
    },

    async acceptInHand(key, input, says = []) {
      const { isNew, document } = await acceptanceInHand(claimed(waiting(key, input, says)))
      if (says.length > 0) onSaid()
      return isNew ? claimOf(document) : undefined
    },

    async read(key) {
      const found = await work.findOne({ _id: key })
      return found ? workOf(found as Stored) : undefined
    },

    claim: taking,
    claimNext: () => take({}),
    claimMany,

    async cancel(key, input) {
      const { state } = await upsert(key, [
        unlessKnown({ state: 'unknown', ...firstOf(key, input), outbox: [] }),
        ...moving('call off', calledOff),
      ])
      return state
    },

    async cancelGroup(group, outcome) {
      const wasWaiting = { $eq: ['$state', 'waiting'] }
      const { modifiedCount } = await work.updateMany(
        {
          ...ofGroup(group),
          $or: [{ state: 'waiting' }, { state: { $in: [...held] }, cancelAsked: false }],
          interruptions: { $not: { $gt: 0 } },
        },
        moving('call off', {
          ...calledOff,
          outcome: { $cond: [wasWaiting, { $literal: outcome }, '$outcome'] },
        }),
      )
      const isLater = { $gt: ['$nextAttemptAt', '$$NOW'] }
      await work.updateMany({ ...ofGroup(group), state: 'waiting', $expr: isLater }, [
        { $set: { nextAttemptAt: '$$NOW' } },
      ])
      return modifiedCount
    },

    async changeLane(group, from, to) {
      const { modifiedCount } = await work.updateMany(
        { ...ofGroup(group), state: 'waiting', lane: from },
        { $set: { lane: to } },
      )
      return modifiedCount
    },

    async resolve(key, { state, outcome, says }, by) {
      const move: Move = `resolved: ${state}`
      const { matchedCount } = await work.updateOne(
        { _id: key, ...startsOf(move), resolvedBy: { $ne: by } },
        moving(move, resolving(outcome, by, says)),
      )
      if (says.length > 0) onSaid()
      return matchedCount > 0
    },

    async expire(key, says) {
      const { matchedCount } = await work.updateOne(
        { _id: key, ...startsOf('expire') },
        moving('expire', alsoSaying(says)),
      )
      if (says.length > 0) onSaid()
      return matchedCount > 0
    },

    async renew(claims) {
      if (claims.length === 0) return { lost: [], cancelAsked: [] }
      await work.updateMany(ours(claims), [{ $set: { leaseUntil: leaseFromNow } }])
      return look(claims)
    },

    look,

    async sweep() {
      const [returned = 0, interrupted = 0] = await Promise.all(held.map(abandonOver))
      return repeating === 'safe'
        ? { returned: returned + interrupted, doubted: 0 }
        : { returned, doubted: interrupted }
    },
  }

  /** New work. */
  function waiting(key: string, input: Input, says: readonly HospitalEvent[]): Stored {
    const at = now()
    return {
      _id: key,
      state: 'waiting',
      fence: 0,
      attempts: 0,
      cancelAsked: false,
      interrupted: false,
      nextAttemptAt: at,
      acceptedAt: at,
      input,
      history: [{ at, move: 'accept', fence: 0 }],
      ...(laneOf ? { lane: laneOf(input) } : {}),
      ...(askedBy ? { place: line.placeFor(askedBy(input) ?? '', at) } : {}),
      ...outboxOf(says, at),
    }
  }

  /** The same, taken in hand at once. */
  function claimed(first: Stored): Stored {
    const { _id: key, acceptedAt: at, history } = first
    const fence = 1
    return {
      ...first,
      state: 'claimed',
      fence,
      attempts: 1,
      holder: holderOf({ key, fence }),
      leaseUntil: new Date(at.getTime() + leaseMs),
      history: [...history, { at, move: 'claim', fence }],
    }
  }

  async function acceptAll(
    documents: readonly Stored[],
  ): Promise<PromiseSettledResult<{ document: Stored; isNew: boolean }>[]> {
    const { refused } = await bulk(
      collection,
      documents.map((document) => ({
        insertOne: { document: document as OptionalUnlessRequiredId<Stored> },
      })),
    )
    const known = documents.filter((_, place) => refused.get(place)?.code === duplicateKey)
    const before = await byKey(
      known.map(({ _id: key }) => ({ key })),
      forClaim,
    )
    return documents.map((document, place) => {
      const found = before.get(document._id)
      if (found) return ended({ document: found, isNew: false })
      const reason = refused.get(place)
      return reason ? refusedFor(reason) : ended({ document, isNew: true })
    })
  }

  /** What a claim changes. The token is for those who claim several at once. */
  function claiming(claimedBy?: ObjectId): Document[] {
    const fence = { $add: ['$fence', 1] }
    return moving('claim', {
      fence,
      attempts: { $add: ['$attempts', 1] },
      holder: { $concat: ['$_id', '#', { $toString: fence }] },
      leaseUntil: leaseFromNow,
      ...(claimedBy ? { claimedBy } : {}),
    })
  }

  async function take(which: Document): Promise<Claim<Input, Outcome> | undefined> {
    const taken = await work.findOneAndUpdate({ ...which, ...due }, claiming(), {
      sort: inOrder,
      returnDocument: 'after',
    })
    return taken ? claimOf(taken as Stored) : undefined
  }

  async function takeAll(
    keys: readonly string[],
  ): Promise<PromiseSettledResult<Claim<Input, Outcome> | undefined>[]> {
    const [only] = keys
    if (only !== undefined && keys.length === 1) return [ended(await take({ _id: only }))]
    const won = await win(keys)
    const claims = new Map(won.map((one) => [one._id, one]))
    return keys.map((key) => {
      const one = claims.get(key)
      return ended(one && claimOf(one))
    })
  }

  function ofGroup(group: string): Document {
    if (groupBy === undefined) throw new TypeError('this ledger knows no groups')
    return { [`input.${groupBy}`]: group }
  }

  async function claimMany(room: number, lane?: string): Promise<Claim<Input, Outcome>[]> {
    const ofLane = lane === undefined ? {} : { lane }
    const claims: Claim<Input, Outcome>[] = []
    while (claims.length < room) {
      const asked = room - claims.length
      if (asked === 1) {
        const one = await take(ofLane)
        return one ? [...claims, one] : claims
      }
      const candidates = (await work
        .find({ ...ofLane, ...due }, { projection: forClaim, readConcern: { level: 'local' } })
        .sort(inOrder)
        .limit(asked)
        .toArray()) as Stored[]
      claims.push(...(await winAll(candidates)).map(claimOf))
      // Others took some of what was due: there may be more.
      if (candidates.length < asked) break
    }
    return claims
  }

  /** Claims whatever of these is still due, in one write, and reads back what that was. */
  async function win(keys: readonly string[]): Promise<Stored[]> {
    if (keys.length === 0) return []
    const claimedBy = new ObjectId()
    await takeThese({ _id: { $in: [...keys] }, ...due }, claimedBy)
    return wonBy(claimedBy, keys)
  }

  /** The same for what was just read: who wins all of it knows it already. */
  async function winAll(found: readonly Stored[]): Promise<Stored[]> {
    if (found.length === 0) return []
    const claimedBy = new ObjectId()
    const keys = found.map(({ _id }) => _id)
    const areStill = {
      $in: [{ $concat: ['$_id', '#', { $toString: '$fence' }] }, { $literal: found.map(fenced) }],
    }
    const unchanged = { _id: { $in: keys }, ...due, $expr: { $and: [due.$expr, areStill] } }
    const count = await takeThese(unchanged, claimedBy)
    if (count < found.length) return wonBy(claimedBy, keys)
    return found.map((one) => ({
      ...one,
      state: 'claimed',
      fence: one.fence + 1,
      attempts: one.attempts + 1,
    }))
  }

  async function takeThese(which: Document, claimedBy: ObjectId): Promise<number> {
    const update = claiming(claimedBy)
    return (await repeatedly(() => work.updateMany(which, update))).matchedCount
  }

  async function wonBy(claimedBy: ObjectId, keys: readonly string[]): Promise<Stored[]> {
    const won = await work.find({ _id: { $in: [...keys] }, claimedBy }, { projection: forClaim }).toArray()
    const turnOf = ({ place, nextAttemptAt }: Stored) => (place ?? nextAttemptAt).getTime()
    return (won as Stored[]).sort((a, b) => turnOf(a) - turnOf(b))
  }

  async function look(claims: ReadonlyArray<Claim<Input, Outcome>>) {
    if (claims.length === 0) return { lost: [], cancelAsked: [] }
    const found = await work.find(ours(claims), { projection: { cancelAsked: 1 } }).toArray()
    const asked = new Map(found.map(({ _id, cancelAsked }) => [_id, cancelAsked]))
    const keys = claims.map((claim) => claim.key)
    return {
      lost: keys.filter((key) => !asked.has(key)),
      cancelAsked: keys.filter((key) => asked.get(key)),
    }
  }

  async function abandonOver(state: WorkState): Promise<number> {
    const over = { state, $expr: { $lte: ['$leaseUntil', '$$NOW'] } }
    const { modifiedCount } = await work.updateMany(
      over,
      moving(abandon, vanished, { reason: 'its lease ran out' }),
    )
    return modifiedCount
  }

  function claimOf(taken: Stored): Claim<Input, Outcome> {
    const { _id: key, fence, input, attempts, interrupted, interruptions = 0, outcome } = taken
    return {
      key,
      fence,
      input,
      attempt: attempts,
      interrupted,
      interruptions,
      ...(outcome === undefined ? {} : { outcome }),
      async note(outcome) {
        const mine = ours([{ key, fence }])
        const { matchedCount } = await work.updateOne(mine, [{ $set: { outcome: { $literal: outcome } } }])
        if (matchedCount === 0) throw new LostClaimError(key)
      },
      say: async (events) => {
        if (events.length === 0) return
        await change('say', { says: events })
        onSaid()
      },
      intend: () => change('intend', { says: [] }),
      settle: async (ending) => {
        await settle(ending)
        if (ending.says?.length) onSaid()
      },
    }

    function settle(ending: Ending<Outcome>): Promise<void> {
      const { says = [] } = ending
      if ('outcome' in ending) return change(ending.state, { says, outcome: ending.outcome })
      const { reason, afterMs, uncounted } = ending
      const deed = ending.state === 'waiting' ? 'put back' : abandon
      return change(deed, { says, reason, afterMs, uncounted: uncounted ? 1 : 0 })
    }

    async function change(deed: Deed, own: Omit<Own, 'by'>): Promise<void> {
      const isDone = await changing({ key, fence, deed, own: { by: new ObjectId(), ...own } })
      if (!isDone) throw new LostClaimError(key)
    }
  }

  /** One write for all of them, with a part for each kind of deed; reads back only when not all were still held. */
  async function changeAll(changes: readonly Change[]): Promise<PromiseSettledResult<boolean>[]> {
    const alike = Map.groupBy(changes, ({ deed }) => deed)
    const parts = Array.from(alike, ([deed, mine]) => ({
      updateMany: {
        filter: ours(mine),
        update: eachItsOwn(
          deed,
          mine.map(holderOf),
          mine.map(({ own }) => own),
        ),
      },
    }))
    const { matchedCount } = await repeatedly(() => work.bulkWrite(parts, { ordered: false }))
    if (matchedCount === changes.length) return changes.map(() => ended(true))
    const after = await byKey(changes, { 'outbox.event.id': 1, 'history.by': 1 })
    return changes.map(({ key, deed, own }) => {
      const { outbox = [], history = [] } = after.get(key) ?? {}
      if (deed !== 'say') return ended(history.some(({ by }) => own.by.equals(by)))
      return ended(own.says.every(({ id }) => outbox.some(({ event }) => event.id === id)))
    })
  }

  async function byKey(which: ReadonlyArray<{ key: string }>, projection: Document) {
    if (which.length === 0) return new Map<string, Stored>()
    const found = await work.find({ _id: { $in: which.map(({ key }) => key) } }, { projection }).toArray()
    return new Map((found as Stored[]).map((one) => [one._id, one]))
  }

  async function upsert(key: string, pipeline: Document[]): Promise<Stored> {
    const options = { upsert: true, returnDocument: 'after' } as const
    try {
      return (await work.findOneAndUpdate({ _id: key }, pipeline as UpdateFilter<never>, options)) as Stored
    } catch (error) {
      // Two inserted at once; the other one won, and now there is something to find.
      if (error instanceof MongoServerError && error.code === duplicateKey) return upsert(key, pipeline)
      throw error
    }
  }
}

/** The ledger's own indexes; those of the outbox are made by its relay. */
export async function prepareLedger(
  collection: Collection<WorkDocument<unknown, unknown>>,
  { laneOf, groupBy, askedBy }: Pick<LedgerOptions, 'laneOf' | 'groupBy' | 'askedBy'> = {},
): Promise<void> {
  const lane = laneOf ? ({ lane: 1 } as const) : {}
  await collection.createIndexes([
    // In the order of claims; when it is due is looked up in the index too.
    {
      key: { ...lane, ...orderOf({ askedBy }), nextAttemptAt: 1 },
      partialFilterExpression: { state: 'waiting' },
    },
    // Also what counting a group by how its work stands asks for: it reads no document.
    ...(groupBy ? [{ key: { [`input.${groupBy}`]: 1, state: 1, ...lane, 'outcome.kind': 1 } as const }] : []),
    { key: { leaseUntil: 1 }, partialFilterExpression: { state: { $in: [...held] } } },
    { key: { keepUntil: 1 }, expireAfterSeconds: 0 },
  ])
}

/** The order in which work is claimed. */
const orderOf = ({ askedBy }: { readonly askedBy?: unknown }) =>
  askedBy ? ({ place: 1, nextAttemptAt: 1 } as const) : ({ nextAttemptAt: 1 } as const)

/** Waiting, and its time has come: by the database's clock. */
const due = { ...startsOf('claim'), $expr: { $lte: ['$nextAttemptAt', '$$NOW'] } }

const ours = (claims: ReadonlyArray<{ key: string; fence: number }>) => ({
  _id: { $in: claims.map(({ key }) => key) },
  holder: { $in: claims.map(holderOf) },
})

/** Without what only people and the relay read. */
const forClaim = { outbox: 0, history: 0 } as const

const fenced = ({ _id: key, fence }: { _id: string; fence: number }) => holderOf({ key, fence })

const holderOf = ({ key, fence }: { key: string; fence: number }) => `${key}#${fence}`

/** What anyone may see of a document of a ledger. */
export function workOf<Input, Outcome>(document: WorkDocument<Input, Outcome>): Work<Input, Outcome> {
  const { _id: key, state, fence, attempts, cancelAsked, nextAttemptAt, acceptedAt, input } = document
  return {
    key,
    state,
    fence,
    attempts,
    cancelAsked,
    nextAttemptAt,
    acceptedAt,
    input,
    ...(document.settledAt ? { settledAt: document.settledAt } : {}),
    ...(document.outcome === undefined ? {} : { outcome: document.outcome }),
  }
}
