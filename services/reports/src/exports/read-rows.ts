import type { HistoryAccess } from '@rounds/contracts'
import type { Relation, RowQuery } from './define-report.ts'

/** Documents as they all were at one moment, whatever is written meanwhile. Disposing ends the reading early. */
export interface Snapshot extends AsyncDisposable {
  readonly at: Date
  /** About how many: for showing how far one is. */
  readonly total: number
  /** One batch of few bytes is all there is. */
  readonly isSmall: boolean
  /**
   * BSON arrays in the order of the query; their memory is for reading only. The next one is asked for before this one is
   * given, and none further ahead: whoever is slow slows the database down, not the heap up.
   */
  batches(): AsyncGenerator<Uint8Array, void, undefined>
}

/** Both this and the reading may throw `SnapshotTooOldError` and `DatabaseAwayError`. */
export type ReadRows = (query: RowQuery, signal: AbortSignal) => Promise<Snapshot>

/** How much of the patient's history the doctor may read at this moment. May throw `DatabaseAwayError`. */
export type ReadAccess = (
  relation: Relation,
  startOfToday: Date,
  signal: AbortSignal,
) => Promise<HistoryAccess>

/** The database no longer has the moment that was being read. Another reading starts at a newer one. */
export class SnapshotTooOldError extends Error {
  override readonly name = 'SnapshotTooOldError'
  readonly code = 'SNAPSHOT_TOO_OLD'
}

/** Nobody answers for the data. Somebody will, some time. */
export class DatabaseAwayError extends Error {
  override readonly name = 'DatabaseAwayError'
  readonly code = 'DATABASE_AWAY'
}
