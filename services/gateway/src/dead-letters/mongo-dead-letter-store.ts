import { consumers, type DeadLetterCounts } from '@rounds/contracts'
import { duplicateKey, type MongoStore, outboxKeepMs } from '@rounds/mongo'
import { Binary, type Filter, type IndexDescription, MongoServerError } from 'mongodb'
import { olderThan, onlyDuplicateKeys } from '../http/index.ts'
import { type DeadLetter, nearMs, type Replay } from './dead-letter.ts'
import type {
  DeadLetterSearch,
  DeadLetterShelf,
  DeadLetters,
  ReplayDesk,
  ReplayRunDocument,
  RunProgress,
} from './dead-letter-store.ts'

/** `replayDue` is there exactly while a decided replay is not with the broker: a small index for the small rest. */
type Stored = Omit<DeadLetter, 'body' | 'replay'> & {
  readonly body: Binary
  readonly replay?: Omit<Replay, 'edited'> & {
    readonly edited?: { readonly headers: Record<string, string>; readonly body: Binary }
  }
  readonly replayDue?: Date
}

export const deadLetterIndexes: readonly IndexDescription[] = [
  { key: { state: 1, diedAt: -1, _id: -1 } },
  { key: { diedAt: -1, _id: -1 } },
  { key: { consumer: 1, diedAt: -1, _id: -1 } },
  { key: { stream: 1, sequence: 1, consumer: 1 } },
  { key: { 'attributes.correlationid': 1 } },
  { key: { 'replay.runId': 1 }, sparse: true },
  { key: { replayDue: 1 }, sparse: true },
  { key: { keepUntil: 1 }, expireAfterSeconds: 0 },
]

export const replayRunIndexes: readonly IndexDescription[] = [
  { key: { state: 1, nextAt: 1 } },
  { key: { at: -1 } },
]

/** A damaged letter belongs to no group, and hides none. */
const hasWhatIsCounted = {
  ...Object.fromEntries(['kind', 'consumer', 'type', 'reason'].map((field) => [field, { $type: 'string' }])),
  diedAt: { $type: 'date' },
}

const mostGroups = 200
const mostRuns = 20

export function mongoDeadLetters(
  store: Pick<MongoStore, 'collection'>,
  rung: () => void,
): DeadLetters & DeadLetterShelf & ReplayDesk {
  const letters = store.collection<Stored>('deadLetters')
  const runs = store.collection<ReplayRunDocument>('replayRuns')

  return {
    async one(_id) {
      const found = await letters.findOne({ _id })
      return found ? shown(found) : undefined
    },

    async list(search, page) {
      const found = await letters
        .find({ $and: [wanted(search), olderThan('diedAt', page)] }, { projection: { body: 0, headers: 0 } })
        .sort({ diedAt: -1, _id: -1 })
        .limit(page.limit + 1)
        .toArray()
      return found.map(shown)
    },

    async *all(search) {
      for await (const found of letters.find(wanted(search)).sort({ diedAt: 1, _id: 1 })) yield shown(found)
    },

    async counts() {
      const [groups, open] = await Promise.all([
        letters
          .aggregate<DeadLetterCounts['groups'][number] & { oldest: Date; newest: Date }>([
            { $match: { state: 'open', ...hasWhatIsCounted } },
            {
              $group: {
                _id: { kind: '$kind', consumer: '$consumer', type: '$type', reason: '$reason' },
                count: { $sum: 1 },
                oldest: { $min: '$diedAt' },
                newest: { $max: '$diedAt' },
              },
            },
            { $sort: { count: -1, newest: -1 } },
            { $limit: mostGroups },
            { $replaceWith: { $mergeObjects: ['$_id', '$$ROOT'] } },
          ])
          .toArray(),
        letters.countDocuments({ state: 'open' }),
      ])
      return {
        open,
        groups: groups.map(({ kind, consumer, type, reason, count, oldest, newest }) => ({
          kind,
          consumer,
          type,
          reason,
          count,
          oldestAt: oldest.toISOString(),
          newestAt: newest.toISOString(),
        })),
      }
    },

    count: (search, toReplay) =>
      letters.countDocuments({ $and: [wanted(search), toReplay ? mayGoBack : { state: 'open' }] }),

    sendBack: async (_id, replay) => {
      const { edited, ...rest } = replay
      const { matchedCount } = await letters.updateOne(
        { _id, state: 'open' },
        {
          $set: {
            state: 'replayed',
            replay: {
              ...rest,
              ...(edited
                ? { edited: { headers: { ...edited.headers }, body: new Binary(edited.body) } }
                : {}),
            },
            replayDue: replay.at,
          },
        },
      )
      rung()
      return matchedCount === 1
    },

    async discard(_id, discard) {
      const { matchedCount } = await letters.updateOne(
        { _id, state: 'open' },
        { $set: { state: 'discarded', discard } },
      )
      return matchedCount === 1
    },

    async discardAll(search, discard) {
      const { modifiedCount } = await letters.updateMany(
        { $and: [wanted(search), { state: 'open' }] },
        { $set: { state: 'discarded', discard } },
      )
      return modifiedCount
    },

    async begin(run) {
      try {
        await runs.insertOne({ ...run })
        rung()
        return run
      } catch (error) {
        if (!(error instanceof MongoServerError) || error.code !== duplicateKey) throw error
        return (await runs.findOne({ _id: run._id })) ?? run
      }
    },

    async run(_id) {
      const found = await runs.findOne({ _id })
      return found ? withProgress(found) : undefined
    },

    async runs() {
      const found = await runs.find({}, { sort: { at: -1 }, limit: mostRuns }).toArray()
      return Promise.all(found.map(withProgress))
    },

    async keep(gathered) {
      if (gathered.length === 0) return
      const documents = gathered.map(({ replay: _none, ...one }) => ({ ...one, body: new Binary(one.body) }))
      try {
        await letters.insertMany(documents, { ordered: false })
      } catch (error) {
        if (!onlyDuplicateKeys(error)) throw error
      }
      // Whichever comes second finds the other: both are written before either looks.
      await Promise.all(gathered.map(explain))
    },

    nextTurn: async () =>
      (await runs.findOneAndUpdate(
        { state: 'running', $expr: { $lte: ['$nextAt', '$$NOW'] } },
        [{ $set: { nextAt: { $add: ['$$NOW', 1_000] } } }],
        { sort: { nextAt: 1 } },
      )) ?? undefined,

    async lettersFor({ search, at, perSecond }) {
      const found = await letters
        .find({ $and: [wanted(search), mayGoBack, { diedAt: { $lte: at } }] })
        .sort({ diedAt: 1, _id: 1 })
        .limit(perSecond)
        .toArray()
      return found.map(shown)
    },

    async end(_id) {
      await runs.updateOne({ _id, state: 'running' }, [{ $set: { state: 'done', endedAt: '$$NOW' } }])
    },

    async unsent(most) {
      const found = await letters
        .find({ replayDue: { $exists: true } })
        .sort({ replayDue: 1 })
        .limit(most)
        .toArray()
      return found.map(shown)
    },

    async sent(_id, { sentTo, sequence }) {
      await letters.updateOne({ _id }, [
        {
          $set: {
            'replay.sentTo': sentTo,
            'replay.sequence': sequence,
            'replay.sentAt': { $ifNull: ['$replay.sentAt', '$$NOW'] },
          },
        },
        { $unset: 'replayDue' },
      ])
    },

    async sendAgain(stream, { incarnation, former, unsureAfter = Number.MAX_SAFE_INTEGER }) {
      const recent = {
        state: 'replayed' as const,
        replayDue: { $exists: false },
        consumer: { $in: consumers.filter((one) => one.stream === stream).map(({ durable }) => durable) },
        'replay.at': { $gte: new Date(Date.now() - outboxKeepMs) },
      }
      if (former) {
        const shared = { 'replay.sentTo': former.incarnation, 'replay.sequence': { $lte: former.sharedTo } }
        await letters.updateMany({ ...recent, ...shared }, { $set: { 'replay.sentTo': incarnation } })
      }
      const { modifiedCount } = await letters.updateMany(
        {
          ...recent,
          $or: [
            { 'replay.sentTo': { $exists: true, $ne: incarnation } },
            { 'replay.sentTo': incarnation, 'replay.sequence': { $gt: unsureAfter } },
          ],
        },
        [{ $set: { replayDue: '$$NOW' } }],
      )
      return modifiedCount
    },
  }

  async function withProgress(run: ReplayRunDocument): Promise<ReplayRunDocument & RunProgress> {
    const [taken, sent] = await Promise.all([
      letters.countDocuments({ 'replay.runId': run._id }),
      letters.countDocuments({ 'replay.runId': run._id, 'replay.sentTo': { $exists: true } }),
    ])
    return { ...run, taken, sent }
  }

  async function explain({ _id, kind, stream, sequence, consumer, diedAt }: DeadLetter): Promise<void> {
    const near = {
      $gte: new Date(diedAt.getTime() - nearMs),
      $lte: new Date(diedAt.getTime() + nearMs),
    }
    const samePlace = { stream, sequence, consumer, diedAt: near }
    if (kind === 'letter') {
      await letters.updateMany(
        { ...samePlace, kind: { $ne: 'letter' }, state: 'open' },
        { $set: { state: 'explained', letterId: _id } },
      )
      return
    }
    const letter = await letters.findOne({ ...samePlace, kind: 'letter' }, { projection: { type: 1 } })
    if (!letter) return
    await letters.updateOne(
      { _id, state: 'open' },
      { $set: { state: 'explained', letterId: letter._id, type: letter.type } },
    )
  }
}

/** What a bulk replay takes: whole letters of consumers that there are. */
const mayGoBack: Filter<Stored> = {
  state: 'open',
  kind: 'letter',
  isCut: false,
  consumer: { $in: consumers.map(({ durable }) => durable) },
}

function wanted({ state, kind, consumer, type, reason, since, until }: DeadLetterSearch): Filter<Stored> {
  return {
    $and: [
      // What lies among the letters already is shown to whoever asks for it.
      state === undefined ? (kind === undefined ? { state: { $ne: 'explained' } } : {}) : { state },
      kind === undefined ? {} : { kind },
      consumer === undefined ? {} : { consumer },
      type === undefined ? {} : { type },
      reason === undefined ? {} : { reason: { $regex: literal(reason), $options: 'i' } },
      since ? { diedAt: { $gte: since } } : {},
      until ? { diedAt: { $lt: until } } : {},
    ],
  }
}

/** What people search for is a text and no expression. */
const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** In a list neither body nor headers were read. */
function shown({ body, replay, replayDue: _due, ...letter }: Stored): DeadLetter {
  return {
    ...letter,
    headers: letter.headers ?? [],
    body: body ? bytesOf(body) : new Uint8Array(),
    ...(replay ? { replay: opened(replay) } : {}),
  }
}

function opened({ edited, ...replay }: NonNullable<Stored['replay']>): Replay {
  return edited ? { ...replay, edited: { headers: edited.headers, body: bytesOf(edited.body) } } : replay
}

const bytesOf = ({ buffer, position }: Binary) => new Uint8Array(buffer.subarray(0, position))
