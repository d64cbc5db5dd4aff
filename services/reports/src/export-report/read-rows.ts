import type { Row } from './csv/encoder.ts'
import type { RowQuery } from './define-report.ts'

/** Rows as they all were at one moment, whatever is written meanwhile. Disposing ends the reading early. */
export interface Snapshot extends AsyncDisposable {
  readonly at: Date
  readonly total: number
  /** In the order of the query, never more than one batch in memory. */
  batches(): AsyncGenerator<readonly Row[], void, undefined>
}

/** Both this and the reading may throw `SnapshotTooOldError`. */
export type ReadRows = (query: RowQuery, signal: AbortSignal) => Promise<Snapshot>

/** The database no longer has the moment that was being read. Another reading starts at a newer one. */
export class SnapshotTooOldError extends Error {
  override readonly name = 'SnapshotTooOldError'
  readonly code = 'SNAPSHOT_TOO_OLD'
}
