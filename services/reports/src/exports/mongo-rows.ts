import { historyAccess, publishedName, type RelationVisit, relationFields } from '@rounds/contracts'
import { isDatabaseAway } from '@rounds/mongo'
import { type ClientSession, MongoClient, MongoServerError, type Timestamp } from 'mongodb'
import { documentsIn } from '../csv/index.ts'
import type { RowQuery } from './define-report.ts'
import { type RawBatch, rawBatches } from './mongo-raw-batches.ts'
import { DatabaseAwayError, type ReadAccess, type ReadRows, SnapshotTooOldError } from './read-rows.ts'

/**
 * Reads published collections in snapshots. It has connections of its own, so that renewing a lease never waits behind
 * a million rows, and no read concern of its own: a client's would silently win over the session's snapshot.
 */
export function mongoRows(url: string, { appName }: { appName: string }) {
  const client = new MongoClient(url, { appName, maxPoolSize: 20, serverSelectionTimeoutMS: 3_000 })
  const db = client.db()

  const read: ReadRows = async (query, signal) => {
    // Asked twice at once before it has connected, the driver takes the server for one too old for snapshots; and a client
    // whose first attempt failed is closed for good: only this opens it again.
    await connected()
    const session = client.startSession({ snapshot: true })
    const batches = rawBatches(db, query, { session, signal })
    const end = async () => {
      await batches.return()
      await session.endSession()
    }
    try {
      // The first batch fixes the moment, and is most reports as a whole.
      const first = await batches.next()
      const isWhole = first.done || first.value.isLast
      return {
        total: isWhole ? documentsOf(first.value?.batch) : await count(query, signal),
        isSmall: isWhole && (first.value?.batch.length ?? 0) <= smallBytes,
        at: momentOf(session) ?? (await momentOfNothing(first.value ?? undefined)),
        async *batches() {
          try {
            if (!first.done) yield first.value.batch
            for await (const { batch } of batches) yield batch
          } catch (error) {
            throw understood(error)
          }
        },
        [Symbol.asyncDispose]: end,
      }
    } catch (error) {
      await end()
      throw understood(error)
    }
  }

  const connected = () =>
    client.connect().catch((error) => {
      throw understood(error)
    })

  /**
   * Of a collection that does not exist there is no snapshot: whoever makes it has not run yet. Nothing is all that there
   * was in it until now.
   */
  async function momentOfNothing(first: RawBatch | undefined): Promise<Date> {
    if (!first?.isLast || documentsOf(first.batch) > 0) {
      throw new Error('the database did not answer from a snapshot')
    }
    const { localTime } = await db.command({ hello: 1 })
    return localTime
  }

  /** For whoever watches: it may be a little off, since it is no part of the snapshot. */
  async function count({ collection, filter, stages }: RowQuery, signal: AbortSignal): Promise<number> {
    const documents = db.collection(collection)
    if (stages) {
      const pipeline = [{ $match: filter }, ...stages, { $count: 'rows' }]
      const [counted] = await documents.aggregate(pipeline, { signal, allowDiskUse: true }).toArray()
      return counted?.rows ?? 0
    }
    const isEverything = Object.keys(filter).length === 0
    return isEverything ? documents.estimatedDocumentCount() : documents.countDocuments(filter, { signal })
  }

  const access: ReadAccess = async ({ doctorId, patientId }, startOfToday, signal) => {
    await connected()
    try {
      const visits = await db
        .collection<RelationVisit>('appointments')
        .find({ 'patient.id': patientId, 'doctor.id': doctorId }, { projection: relationFields, signal })
        .toArray()
      const earned = historyAccess(doctorId, visits, startOfToday)
      if (earned === 'whole') return earned
      const opened = await db
        .collection(publishedName('emergencyAccess', 'reports'))
        .findOne({ doctorId, patientId, until: { $gt: new Date() } }, { signal })
      return opened ? 'whole' : earned
    } catch (error) {
      throw understood(error)
    }
  }

  return { name: 'rows', start: async () => {}, stop: () => client.close(), read, access }
}

/** Under a millisecond of writing. */
const smallBytes = 64 * 1_024

const documentsOf = (batch: Uint8Array | undefined) => (batch ? [...documentsIn(batch)].length : 0)

/** The driver keeps it on the session but leaves it out of its types. */
const momentOf = ({ snapshotTime }: ClientSession & { readonly snapshotTime?: Timestamp }) =>
  snapshotTime && new Date(snapshotTime.getHighBitsUnsigned() * 1_000)

/** The driver's words for what passes with time in ours: 239 SnapshotTooOld, 246 SnapshotUnavailable, and being away. */
function understood(error: unknown): unknown {
  if (isDatabaseAway(error)) return new DatabaseAwayError('nobody answers for the data', { cause: error })
  const isTooOld = error instanceof MongoServerError && (error.code === 239 || error.code === 246)
  return isTooOld ? new SnapshotTooOldError('the snapshot is gone', { cause: error }) : error
}
