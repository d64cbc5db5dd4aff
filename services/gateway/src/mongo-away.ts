import {
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb'

/** Whether an operation failed because no primary answers: asking again shortly may succeed. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof MongoServerSelectionError || error instanceof MongoNetworkError) return true
  if (error instanceof MongoNotConnectedError || error instanceof MongoTopologyClosedError) return true
  // Written into a socket that broke in that moment: the driver hands on what the system said (seen with 7.9).
  if (error instanceof Error && brokenSocket.has((error as NodeJS.ErrnoException).code ?? '')) return true
  // A primary that steps down, or a write whose majority did not answer in time.
  if (!(error instanceof MongoServerError)) return false
  return (
    error.hasErrorLabel('RetryableWriteError') ||
    error.code === 64 ||
    error.code === 11_602 ||
    error.code === 91
  )
}

/**
 * Whether the database refused or was away, and not for what it was given: what fails so for an hour, on a disk that is full, is
 * as good as it was. Only a document that the database can never take is its own fault.
 */
export function isDatabaseRefusing(error: unknown): boolean {
  if (isDatabaseAway(error)) return true
  if (!(error instanceof MongoError)) return false
  return !(error instanceof MongoServerError && unstorable.has(Number(error.code)))
}

/** BadValue, TypeMismatch, DocumentValidationFailure, BSONObjectTooLarge. */
const unstorable: ReadonlySet<number> = new Set([2, 14, 121, 10_334])

const brokenSocket: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET'])
