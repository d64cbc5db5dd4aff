import type { ScheduleDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'

/** The gateway's schedules, as they are published: looked at, never written. */
export function mongoSchedules(store: Pick<MongoStore, 'collection'>) {
  const schedules = store.collection<ScheduleDocument>('schedules')
  return () =>
    schedules.find({ removedAt: { $exists: false } }, { projection: { outbox: 0, outboxDue: 0 } }).toArray()
}
