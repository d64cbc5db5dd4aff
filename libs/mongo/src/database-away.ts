import {
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb'

/** Whether an operation failed because no primary answers, or not in time: asking again later may succeed. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof MongoServerSelectionError || error instanceof MongoNetworkError) return true
  if (error instanceof MongoNotConnectedError || error instanceof MongoTopologyClosedError) return true
  // Written into a socket that broke in that moment: the driver hands on what the system said (seen with 7.9).
  if (error instanceof Error && brokenSocket.has((error as NodeJS.ErrnoException).code ?? '')) return true
  if (isPrimaryGone(error)) return true
  // A write whose majority did not answer in time.
  return (
    error instanceof MongoServerError && (error.hasErrorLabel('RetryableWriteError') || error.code === 64)
  )
}

/** Whether a server refused because it shuts down, steps down, was interrupted by that, or is no primary (any more, or not yet). */
export const isPrimaryGone = (error: unknown): boolean =>
  error instanceof MongoServerError && notPrimary.has(Number(error.code))

// The driver's own list (mongodb/specifications, retryable-writes).
const notPrimary: ReadonlySet<number> = new Set([91, 189, 10_107, 11_600, 11_602, 13_435, 13_436])

const brokenSocket: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET'])
