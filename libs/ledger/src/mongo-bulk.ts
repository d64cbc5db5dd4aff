import {
  type AnyBulkWriteOperation,
  type BulkWriteResult,
  type Collection,
  type Document,
  MongoAPIError,
  MongoBulkWriteError,
  MongoError,
  MongoServerError,
} from 'mongodb'

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

export const duplicateKey = 11_000

/** Settings of every group of writes to MongoDB. */
export const groups = {
  most: 500,
  atOnce: 4,
  /** What the driver itself would not send: one document of the batch cannot be written at all. */
  oneIsToBlame: (error: unknown) => !(error instanceof MongoError) || error instanceof MongoAPIError,
}

export const ended = <Result>(value: Result): PromiseSettledResult<Result> => ({ status: 'fulfilled', value })
export const refusedFor = (reason: unknown): PromiseRejectedResult => ({ status: 'rejected', reason })
