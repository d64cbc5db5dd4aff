import {
  type DeliveryOutcome,
  deliveryStateOf,
  type FireDocument,
  type PersonDocument,
  type ScheduleDocument,
} from '@rounds/contracts'
import { alsoSaying, type MongoStore, outboxOf, type WithOutbox } from '@rounds/mongo'
import type { Filter, IndexDescription } from 'mongodb'
import {
  nameKeyIndex,
  nameKeyOf,
  olderThan,
  standingKey,
  toLiteral,
  toLiteralReplacement,
  type WithNameKey,
} from '../http/index.ts'
import type { Onlooker, Result, Schedules } from './schedule-store.ts'

export const scheduleIndexes: readonly IndexDescription[] = [{ key: { removedAt: 1, name: 1 } }, nameKeyIndex]

const projection = { outbox: 0, outboxDue: 0, nameKey: 0 } as const
const nobody = { _id: { $in: [] as string[] } }
const most = 500

const mayLook = (onlooker: Onlooker) =>
  onlooker === 'the house' || onlooker.role === 'admin' || onlooker.role === 'ops'

export function mongoSchedules(store: Pick<MongoStore, 'collection'>, onSaid: () => void): Schedules {
  const schedules = store.collection<ScheduleDocument & WithOutbox & WithNameKey>('schedules')
  const fires = store.collection<FireDocument>('fires')
  const jobs = store.collection<{ _id: string; fireId?: string }>('jobs')
  const deliveries = store.collection('deliveries')
  const people = store.collection<PersonDocument>('people')
  const standing = (onlooker: Onlooker): Filter<ScheduleDocument & WithOutbox> =>
    mayLook(onlooker) ? { removedAt: { $exists: false } } : nobody
  const firesOf = (onlooker: Onlooker, scheduleId: string): Filter<FireDocument> =>
    mayLook(onlooker) ? { scheduleId } : nobody

  return {
    list: (onlooker) =>
      schedules
        .find<ScheduleDocument>(standing(onlooker), { projection, sort: { name: 1, _id: 1 }, limit: most })
        .toArray(),

    read: async (onlooker, _id) =>
      (await schedules.findOne<ScheduleDocument>({ $and: [standing(onlooker), { _id }] }, { projection })) ??
      undefined,

    async add(schedule, says) {
      const nameKey = nameKeyOf(schedule.name)
      try {
        await schedules.insertOne({ ...schedule, nameKey, ...outboxOf(says, schedule.updatedAt) })
      } catch (error) {
        return standingKey(error) === 'name' ? 'name taken' : 'known'
      }
      onSaid()
      return 'written'
    },

    async change({ _id, version, ...before }, after, says) {
      const nameKey = after.removedAt ? undefined : nameKeyOf(after.name)
      const set = { ...toLiteralReplacement(before, after), ...toLiteral({ nameKey }) }
      try {
        const { matchedCount } = await schedules.updateOne({ _id, version }, [
          { $set: { ...set, ...alsoSaying(says, after.updatedAt) } },
        ])
        if (matchedCount === 0) return 'changed meanwhile'
      } catch (error) {
        standingKey(error)
        return 'name taken'
      }
      onSaid()
      return 'written'
    },

    lastFire: async (onlooker, scheduleId) =>
      (await fires.findOne(firesOf(onlooker, scheduleId), { projection, sort: { due: -1 } })) ?? undefined,

    fires: (onlooker, scheduleId, page) =>
      fires
        .find(
          { $and: [firesOf(onlooker, scheduleId), olderThan('due', page)] },
          { projection, sort: { due: -1, _id: -1 }, limit: page.limit + 1 },
        )
        .toArray(),

    async resultsOf(onlooker, fireIds) {
      if (!mayLook(onlooker)) return new Map()
      const [made, batches] = await Promise.all([
        jobs.find({ fireId: { $in: [...fireIds] } }, { projection: { fireId: 1 } }).toArray(),
        countsOf(fireIds),
      ])
      const jobOf = new Map(made.map(({ _id, fireId }) => [fireId, _id]))
      return new Map(
        fireIds.map((fireId): [string, Result] => {
          const [jobId, batch] = [jobOf.get(fireId), batches.get(fireId)]
          return [fireId, { ...(jobId ? { jobId } : {}), ...(batch ? { batch } : {}) }]
        }),
      )
    },

    async names(personIds) {
      const found = await people
        .find({ _id: { $in: [...new Set(personIds)] } }, { projection: { name: 1 } })
        .toArray()
      return new Map(found.map(({ _id, name }) => [_id, name]))
    },
  }

  /** A fire's mails are a batch under the fire's own key. */
  async function countsOf(fireIds: readonly string[]) {
    const groups = await deliveries
      .aggregate<{ _id: { batch: string; state: string; kind?: DeliveryOutcome['kind'] }; count: number }>([
        { $match: { 'input.batchId': { $in: [...fireIds] } } },
        {
          $group: {
            _id: { batch: '$input.batchId', state: '$state', kind: '$outcome.kind' },
            count: { $sum: 1 },
          },
        },
      ])
      .toArray()
    const counts = new Map<string, { expected: number; ended: number; failed: number }>()
    for (const { _id, count } of groups) {
      const sum = counts.get(_id.batch) ?? { expected: 0, ended: 0, failed: 0 }
      const state = deliveryStateOf({
        state: _id.state,
        ...(_id.kind ? { outcome: { kind: _id.kind } } : {}),
      })
      const isOpen = state === 'waiting' || state === 'sending'
      counts.set(_id.batch, {
        expected: sum.expected + count,
        ended: sum.ended + (isOpen ? 0 : count),
        failed: sum.failed + (state === 'failed' ? count : 0),
      })
    }
    return counts
  }
}
