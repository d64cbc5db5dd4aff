import {
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
  // A primary that steps down, or a write whose majority did not answer in time.
  if (!(error instanceof MongoServerError)) return false
  return (
    error.hasErrorLabel('RetryableWriteError') ||
    error.code === 64 ||
    error.code === 11_602 ||
    error.code === 91
  )
}
