import { type SpaceStateDocument, spaceStopped } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { alsoSaying, duplicateKey, type MongoStore, type WithOutbox } from '@rounds/mongo'
import { type Document, MongoServerError } from 'mongodb'
import { LostTurnError, type SpaceTurns, type Turn, turnMs } from './space-leases.ts'

type Stored = SpaceStateDocument & Partial<WithOutbox>

export interface MongoSpaceTurnsOptions {
  readonly make: MakeEvent
  /** The relay's bell. */
  readonly onSaid: () => void
}

const never = new Date(0)

/** One document a space, changed only by compare-and-set, in the database's time. */
export function mongoSpaceTurns(
  store: Pick<MongoStore, 'collection'>,
  { make, onSaid }: MongoSpaceTurnsOptions,
): SpaceTurns {
  const states = store.collection<Stored>('spaceStates')
  const known = new Set<string>()

  return {
    async take(spaceId, wish) {
      if (!known.has(spaceId)) await makeKnown(spaceId)
      const since = performance.now()
      const goesOn = { $lt: ['$stopped.spaceVersion', { $literal: wish.resumedAtVersion ?? 0 }] }
      const isStopped = { $ne: [{ $type: '$stopped' }, 'missing'] }
      const endsPause = {
        $and: [
          { $ne: [{ $type: '$pause' }, 'missing'] },
          { $lt: ['$pause.spaceVersion', { $literal: wish.resumedAtVersion ?? 0 }] },
        ],
      }
      const isTakable = {
        $and: [
          { $lte: ['$leaseUntil', '$$NOW'] },
          { $or: [{ $lte: ['$nextAt', '$$NOW'] }, endsPause] },
          ...(wish.evenIfStopped ? [] : [{ $or: [{ $not: isStopped }, goesOn] }]),
        ],
      }
      const goesOnNow = { $and: [isStopped, goesOn] }
      const leaving = wish.leaving
        ? { $ifNull: ['$sending', { ...toLiteral(wish.leaving), since: '$$NOW' }] }
        : '$sending'
      const kept = { until: { $literal: wish.resumedAt ?? never }, isReplayed: wish.replaysKept ?? false }
      const taken = await states.findOneAndUpdate(
        { _id: spaceId, $expr: isTakable },
        [
          {
            $set: {
              leaseUntil: { $add: ['$$NOW', turnMs] },
              fence: { $add: ['$fence', 1] },
              sending: leaving,
              kept: { $cond: [goesOnNow, kept, '$kept'] },
              stopped: { $cond: [goesOnNow, '$$REMOVE', '$stopped'] },
              failures: { $cond: [endsPause, 0, '$failures'] },
            },
          },
        ],
        { returnDocument: 'after', projection: { outbox: 0, outboxDue: 0 } },
      )
      return taken ? turnOf(taken as Stored, since) : undefined
    },

    async leave(turn, leaving) {
      await change(turn, { sending: { ...toLiteral(leaving), since: '$$NOW' } })
    },

    async end(turn, { afterMs, isSettled, failures, isPosted, pause, digestAtMost, stopped }) {
      const event = stopped && make(spaceStopped, { spaceId: turn.spaceId, code: stopped.code })
      await change(turn, {
        leaseUntil: '$$NOW',
        failures: { $literal: failures },
        ...(afterMs === undefined ? {} : { nextAt: { $add: ['$$NOW', Math.round(afterMs)] } }),
        pause: pause
          ? { ...toLiteral(pause), until: { $add: ['$$NOW', Math.round(afterMs ?? 0)] } }
          : '$$REMOVE',
        digestAtMost: digestAtMost === undefined ? '$$REMOVE' : { $literal: digestAtMost },
        ...(isSettled ? { sending: '$$REMOVE' } : {}),
        ...(isPosted ? { lastPostedAt: '$$NOW' } : {}),
        ...(stopped ? { stopped: { ...toLiteral(stopped), at: '$$NOW' } } : {}),
        ...(event ? alsoSaying([event]) : {}),
      })
      if (event) onSaid()
    },

    async freeIn(spaceId) {
      const waitMs = { $subtract: [{ $max: ['$leaseUntil', '$nextAt'] }, '$$NOW'] }
      const state = await states.findOne({ _id: spaceId }, { projection: { stopped: 1, waitMs } })
      if (!state) return 0
      const { stopped, waitMs: ms } = state as Stored & { waitMs: unknown }
      return stopped ? 'stopped' : Math.max(0, Number(ms))
    },
  }

  async function change({ spaceId, fence }: Turn, set: Document): Promise<void> {
    const { matchedCount } = await states.updateOne({ _id: spaceId, fence }, [{ $set: set }])
    if (matchedCount === 0) throw new LostTurnError(spaceId)
  }

  /** An update that compares instants cannot make a document. */
  async function makeKnown(spaceId: string): Promise<void> {
    try {
      if (!(await states.findOne({ _id: spaceId }, { projection: { _id: 1 } })))
        await states.insertOne({ _id: spaceId, leaseUntil: never, nextAt: never, fence: 0 })
    } catch (error) {
      // Another replica was quicker.
      if (!(error instanceof MongoServerError && error.code === duplicateKey)) throw error
    }
    known.add(spaceId)
  }
}

/** Data in an update pipeline: a text that begins with a dollar would be an expression. */
const toLiteral = (data: object): Document =>
  Object.fromEntries(Object.entries(data).map(([field, value]) => [field, { $literal: value }]))

const turnOf = ({ _id, fence, failures = 0, sending, kept, digestAtMost }: Stored, since: number): Turn => ({
  spaceId: _id,
  fence,
  since,
  failures,
  ...(sending ? { sending } : {}),
  ...(kept ? { kept } : {}),
  ...(digestAtMost === undefined ? {} : { digestAtMost }),
})
