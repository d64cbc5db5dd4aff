import type { HospitalEvent } from '@rounds/contracts'
import { type Collection, type Document, MongoServerError, type UpdateFilter } from 'mongodb'
import { type Claim, type Ending, type Ledger, LostClaimError, type Work, type WorkState } from './ledger.ts'
import { held, type Move, settled, stepsOf } from './moves.ts'
import { alsoSaying, type WithOutbox } from './outbox.ts'

/** A piece of work as it stands in the database; every instant in it is the database's. */
export interface WorkDocument<Input, Outcome> extends WithOutbox {
  readonly _id: string
  readonly state: WorkState
  readonly fence: number
  readonly attempts: number
  readonly cancelAsked: boolean
  readonly interrupted: boolean
  readonly nextAttemptAt: Date
  readonly acceptedAt: Date
  readonly input: Input
  /** `key#fence`: unique per claim, so that one write can prolong many leases. */
  readonly holder?: string
  readonly leaseUntil?: Date
  readonly outcome?: Outcome
  readonly settledAt?: Date
  readonly keepUntil?: Date
  /** The last moves, for people. */
  readonly history: ReadonlyArray<{ at: Date; move: string; fence: number; reason?: string }>
}

export interface LedgerOptions {
  /** Whether work that was interrupted after `intend` may be done again. */
  readonly repeating: 'safe' | 'doubtful'
  readonly leaseMs?: number
}

/** Keys outlive every replay: of the stream (30 days), of its backups, of the outbox. */
const keepMs = 400 * 24 * 3_600_000
const historyLength = 20

/** The ledger in MongoDB: one document per piece of work, changed only by compare-and-set, in the database's time. */
export function mongoLedger<Input, Outcome>(
  collection: Collection<WorkDocument<Input, Outcome>>,
  { repeating, leaseMs = 20_000 }: LedgerOptions,
): Ledger<Input, Outcome> {
  type Stored = WorkDocument<Input, Outcome>
  // The driver's filters do not follow generic documents.
  const work = collection as unknown as Collection<WorkDocument<unknown, unknown>>
  const leaseFromNow = { $add: ['$$NOW', leaseMs] }
  const abandon: Move = `abandoned, ${repeating}`

  return {
    async accept(key, input, says = []) {
      const first = { state: 'waiting', ...firstOf(key, input, 'accept'), ...saying(says) }
      const { value, lastErrorObject } = await upsert(key, [unlessKnown(first)])
      return { work: workOf(value), isNew: lastErrorObject?.updatedExisting === false }
    },

    async read(key) {
      const found = await work.findOne({ _id: key })
      return found ? workOf(found as Stored) : undefined
    },

    claim: (key) => take({ _id: key }),
    claimNext: () => take({}),

    async cancel(key, input) {
      const { value } = await upsert(key, [
        unlessKnown({ state: 'unknown', ...firstOf(key, input), outbox: [] }),
        ...moving('call off', { cancelAsked: { $or: ['$cancelAsked', { $in: ['$state', held] }] } }),
      ])
      return value.state
    },

    async expire(key, says) {
      const { matchedCount } = await work.updateOne(
        { _id: key, ...startsOf('expire') },
        moving('expire', alsoSaying(says)),
      )
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

  async function take(which: Document): Promise<Claim<Input, Outcome> | undefined> {
    const due = { ...which, ...startsOf('claim'), $expr: { $lte: ['$nextAttemptAt', '$$NOW'] } }
    const fence = { $add: ['$fence', 1] }
    const taken = await work.findOneAndUpdate(
      due,
      moving('claim', {
        fence,
        attempts: { $add: ['$attempts', 1] },
        holder: { $concat: ['$_id', '#', { $toString: fence }] },
        leaseUntil: leaseFromNow,
      }),
      { sort: { nextAttemptAt: 1 }, returnDocument: 'after' },
    )
    return taken ? claimOf(taken as Stored) : undefined
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
    const { modifiedCount } = await work.updateMany(over, moving(abandon, left(0), 'its lease ran out'))
    return modifiedCount
  }

  function claimOf({ _id: key, fence, input, attempts, interrupted }: Stored): Claim<Input, Outcome> {
    return {
      key,
      fence,
      input,
      attempt: attempts,
      interrupted,
      say: async (events) => {
        if (events.length > 0) await change([{ $set: alsoSaying(events) }])
      },
      intend: () => change(moving('intend', {})),
      settle: (ending) => change(settling(ending)),
    }

    async function change(pipeline: Document[]): Promise<void> {
      const mine = { _id: key, fence, state: { $in: [...held] } }
      const { matchedCount } = await work.updateOne(mine, pipeline)
      if (matchedCount === 0) throw new LostClaimError(key)
    }
  }

  function settling(ending: Ending<Outcome>): Document[] {
    const says = alsoSaying(ending.says ?? [])
    switch (ending.state) {
      case 'waiting':
        return moving('put back', { ...later(ending), interrupted: false, ...says }, ending.reason)
      case 'abandoned':
        return moving(abandon, { ...later(ending), ...left(ending.afterMs), ...says }, ending.reason)
      default:
        return moving(ending.state, { outcome: { $literal: ending.outcome }, interrupted: false, ...says })
    }
  }

  async function upsert(
    key: string,
    pipeline: Document[],
  ): Promise<{ value: Stored; lastErrorObject?: Document }> {
    const options = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const
    try {
      return (await work.findOneAndUpdate({ _id: key }, pipeline as UpdateFilter<never>, options)) as never
    } catch (error) {
      // Two inserted at once; the other one won, and now there is something to find.
      if (error instanceof MongoServerError && error.code === 11_000) return upsert(key, pipeline)
      throw error
    }
  }
}

/** The ledger's own indexes; those of the outbox are made by its relay. */
export async function prepareLedger(collection: Collection<WorkDocument<unknown, unknown>>): Promise<void> {
  await collection.createIndexes([
    { key: { nextAttemptAt: 1 }, partialFilterExpression: { state: 'waiting' } },
    { key: { leaseUntil: 1 }, partialFilterExpression: { state: { $in: [...held] } } },
    { key: { keepUntil: 1 }, expireAfterSeconds: 0 },
  ])
}

/** An update pipeline for one move of the table, with what follows from the state it leads to. */
function moving(move: Move, changes: Document, reason?: string): Document[] {
  const branches = stepsOf(move).map(({ from, to, toIfCalledOff }) => ({
    case: { $eq: ['$state', from] },
    // biome-ignore lint/suspicious/noThenProperty: the name is MongoDB's.
    then: { $cond: ['$cancelAsked', toIfCalledOff, to] },
  }))
  const state = { $switch: { branches, default: '$state' } }
  const entry = historyEntry(move, changes.fence ?? '$fence', reason)
  const history = { $slice: [{ $concatArrays: ['$history', [entry]] }, -historyLength] }
  return [{ $set: { state, history, ...changes } }, consequences]
}

const isSettled = { $in: ['$state', settled] }
const whileHeld = (field: string) => ({ $cond: [{ $in: ['$state', held] }, `$${field}`, '$$REMOVE'] })
const onceSettled = (field: string, value: unknown) => ({
  $cond: [isSettled, { $ifNull: [`$${field}`, value] }, '$$REMOVE'],
})

const consequences = {
  $set: {
    holder: whileHeld('holder'),
    leaseUntil: whileHeld('leaseUntil'),
    settledAt: onceSettled('settledAt', '$$NOW'),
    keepUntil: onceSettled('keepUntil', { $add: ['$$NOW', keepMs] }),
  },
}

const startsOf = (move: Move) => ({ state: { $in: stepsOf(move).map(({ from }) => from as WorkState) } })

const later = ({ afterMs, uncounted }: { afterMs: number; uncounted?: boolean }) => ({
  nextAttemptAt: { $add: ['$$NOW', afterMs] },
  ...(uncounted ? { attempts: { $subtract: ['$attempts', 1] } } : {}),
})

/** What abandoning changes beside the state: the next worker is told that this one may have got far. */
const left = (afterMs: number) => ({
  nextAttemptAt: { $add: ['$$NOW', afterMs] },
  interrupted: { $or: ['$interrupted', { $eq: ['$state', 'sending'] }] },
})

const historyEntry = (move: Move, fence: unknown, reason?: string) => ({
  at: '$$NOW',
  move,
  fence,
  ...(reason === undefined ? {} : { reason: { $literal: reason } }),
})

const saying = (events: readonly HospitalEvent[]) => ({ outbox: [], ...alsoSaying(events) })

/** A new document but for its state. Input is data: literal, or a text that begins with a dollar would be evaluated. */
const firstOf = (key: string, input: unknown, move?: Move) => ({
  _id: { $literal: key },
  fence: 0,
  attempts: 0,
  cancelAsked: false,
  interrupted: false,
  nextAttemptAt: '$$NOW',
  acceptedAt: '$$NOW',
  input: { $literal: input },
  history: move ? [historyEntry(move, 0)] : [],
})

const unlessKnown = (first: Document) => ({
  $replaceWith: { $cond: [{ $eq: [{ $type: '$state' }, 'missing'] }, first, '$$ROOT'] },
})

const ours = (claims: ReadonlyArray<Pick<Claim<unknown, unknown>, 'key' | 'fence'>>) => ({
  _id: { $in: claims.map(({ key }) => key) },
  holder: { $in: claims.map(({ key, fence }) => `${key}#${fence}`) },
})

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
