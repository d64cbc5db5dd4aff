import {
  type AnyBulkWriteOperation,
  type BulkWriteResult,
  type Collection,
  type Document,
  MongoAPIError,
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
} from 'mongodb'
import { isPrimaryGone } from './database-away.ts'

/** What became of many writes: the totals, and the refused ones by their place. */
export interface BulkEnd {
  readonly result: BulkWriteResult
  readonly refused: ReadonlyMap<number, MongoServerError>
}

/** Sends independent writes in one go. One that is refused does not stop the others; rejects when nothing is certain. */
export async function bulk<T extends Document>(
  collection: Collection<T>,
  writes: readonly AnyBulkWriteOperation<T>[],
): Promise<BulkEnd> {
  try {
    return { result: await collection.bulkWrite(writes, { ordered: false }), refused: new Map() }
  } catch (error) {
    // A write concern that was not met leaves all of them in doubt.
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error
    const refusals = error.result.getWriteErrors()
    if (refusals.length === 0) throw error
    const refused = refusals.map(({ index, code, errmsg }) => {
      const because = new MongoServerError({ code, message: errmsg ?? 'refused' })
      return [index, because] as const
    })
    return { result: error.result, refused: new Map(refused) }
  }
}

/**
 * Writes, and once more when the connection broke or the primary changed meanwhile: the driver repeats no write of many
 * documents. Only for what may happen twice.
 */
export async function repeatedly<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof MongoNetworkError || isPrimaryGone(error)) return write()
    throw error
  }
}

export const duplicateKey = 11_000
const tooLarge = 10_334

/** Settings of every group of writes to MongoDB. */
export const groups = {
  most: 256,
  atOnce: 4,
  /** What cannot be sent at all: one of the batch is no document, or all together are too large. */
  oneIsToBlame: (error: unknown) =>
    !(error instanceof MongoError) ||
    error instanceof MongoAPIError ||
    (error instanceof MongoServerError && error.code === tooLarge),
}

export const ended = <Result>(value: Result): PromiseSettledResult<Result> => ({ status: 'fulfilled', value })
export const refusedFor = (reason: unknown): PromiseRejectedResult => ({ status: 'rejected', reason })
