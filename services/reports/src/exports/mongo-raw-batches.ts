import type { ClientSession, Db } from 'mongodb'
import { BrokenBsonError, bsonType, endOfDocument, endOfName, endOfValue } from '../csv/index.ts'
import type { RowQuery } from './define-report.ts'

/** About a megabyte: the event loop turns between two of them, and the network is not the bottleneck. */
const batchSize = 2_500

export interface RawBatch {
  /** A BSON array of documents. */
  readonly batch: Uint8Array
  /** Nothing comes after it. */
  readonly isLast: boolean
}

/**
 * The batches of a query as the server sends them, each a BSON array in one piece. The driver's own cursor makes a Buffer
 * of every document, which costs as much as the reading itself; a command answered `raw` makes one of the whole reply.
 * Its memory stays the driver's, which keeps the cluster time out of it.
 */
export async function* rawBatches(
  db: Db,
  query: RowQuery,
  options: { readonly session: ClientSession; readonly signal: AbortSignal },
): AsyncGenerator<RawBatch, void, undefined> {
  const ask = async (command: object) =>
    reply((await db.command(command, { ...options, raw: true })).cursor as Uint8Array)

  const { collection } = query
  let { id, batch } = await ask(firstCommand(query))
  let ahead: ReturnType<typeof ask> | undefined
  try {
    for (;;) {
      // The server makes the next batch while this one is walked and written.
      ahead = id === 0n ? undefined : ask({ getMore: id, collection, batchSize })
      ahead?.catch(() => {})
      yield { batch, isLast: ahead === undefined }
      if (!ahead) return
      const next = ahead
      ahead = undefined
      ;({ id, batch } = await next)
    }
  } finally {
    await ahead?.then((left) => ({ id } = left)).catch(() => {})
    // Whoever stopped early wants no more; the server forgets the cursor by itself when this does not arrive.
    if (id !== 0n) {
      const { session } = options
      await db.command({ killCursors: collection, cursors: [id] }, { session }).catch(() => {})
    }
  }
}

/** Both kinds of cursor go on by `getMore`. */
const firstCommand = ({ collection, filter, stages, projection, sort }: RowQuery) =>
  stages
    ? {
        aggregate: collection,
        pipeline: [{ $match: filter }, ...stages, { $sort: sort }, { $project: projection }],
        cursor: { batchSize },
        allowDiskUse: true,
      }
    : { find: collection, filter, projection, sort, batchSize, allowDiskUse: true }

/** The `cursor` of a reply: whether there is more, and the batch. */
function reply(cursor: Uint8Array): { readonly id: bigint; readonly batch: Uint8Array } {
  const last = endOfDocument(cursor, 0, cursor.length) - 1
  let id: bigint | undefined
  let batch: Uint8Array | undefined
  for (let at = 4; at < last; ) {
    const type = cursor[at] as number
    const value = endOfName(cursor, at + 1, last)
    const name = Buffer.from(cursor.buffer, cursor.byteOffset + at + 1, value - at - 2).toString('latin1')
    at = endOfValue(cursor, type, value, last)
    if (name === 'id' && type === bsonType.int64) {
      id = new DataView(cursor.buffer, cursor.byteOffset + value, 8).getBigInt64(0, true)
    }
    if ((name === 'firstBatch' || name === 'nextBatch') && type === bsonType.array) {
      batch = cursor.subarray(value, at)
    }
  }
  if (id === undefined || !batch) throw new BrokenBsonError('a reply holds no batch')
  return { id, batch }
}
