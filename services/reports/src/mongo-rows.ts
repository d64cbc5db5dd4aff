import { type ClientSession, MongoClient, MongoServerError, type Timestamp } from 'mongodb'
import type { Row } from './export-report/csv/encoder.ts'
import { type ReadRows, SnapshotTooOldError } from './export-report/read-rows.ts'

/** Small enough that the event loop turns between two batches, large enough that the network is not the bottleneck. */
const batchSize = 1_000

/**
 * Reads published collections in snapshots. It has connections of its own, so that renewing a lease never waits behind
 * a million rows, and no read concern of its own: a client's would silently win over the session's snapshot.
 */
export function mongoRows(url: string, { appName }: { appName: string }) {
  const client = new MongoClient(url, { appName, maxPoolSize: 20, serverSelectionTimeoutMS: 3_000 })

  const read: ReadRows = async ({ collection, filter, projection, sort }, signal) => {
    const session = client.startSession({ snapshot: true })
    try {
      const rows = client.db().collection<Row>(collection)
      // The first read fixes the moment for all others of the session.
      const total = await rows.countDocuments(filter, { session, signal })
      return {
        total,
        at: momentOf(session),
        async *batches() {
          const cursor = rows.find(filter, {
            projection,
            sort,
            session,
            signal,
            batchSize,
            allowDiskUse: true,
          })
          try {
            while (await cursor.hasNext()) yield cursor.readBufferedDocuments()
          } catch (error) {
            throw tooOldOr(error)
          } finally {
            await cursor.close()
          }
        },
        [Symbol.asyncDispose]: () => session.endSession(),
      }
    } catch (error) {
      await session.endSession()
      throw tooOldOr(error)
    }
  }

  return { name: 'rows', start: async () => {}, stop: () => client.close(), read }
}

/** The driver keeps it on the session but leaves it out of its types. */
function momentOf(session: ClientSession & { readonly snapshotTime?: Timestamp }): Date {
  if (!session.snapshotTime) throw new Error('the database did not answer from a snapshot')
  return new Date(session.snapshotTime.getHighBitsUnsigned() * 1_000)
}

/** 239 SnapshotTooOld, 246 SnapshotUnavailable */
function tooOldOr(error: unknown): unknown {
  const isTooOld = error instanceof MongoServerError && (error.code === 239 || error.code === 246)
  return isTooOld ? new SnapshotTooOldError('the snapshot is gone', { cause: error }) : error
}
