import type { WorkState } from '@rounds/ledger'
import type { Cause } from '@rounds/messaging'

/** What the ledger says about one export and its file. */
export interface ExportRow {
  readonly key: string
  readonly state: WorkState
  readonly fence: number
  /** It was called off while it was in hand; it may have been finished all the same. */
  readonly calledOff: boolean
  readonly file?: string
  /** The event that wrote it down. */
  readonly cause: Cause
}

/** Questions to the ledger that only files raise. */
export interface ExportRows {
  /** Finished ones whose file has to go: its time is over, or it was called off in the moment of its completion. */
  overdue(now: Date): Promise<readonly ExportRow[]>
  done(): Promise<readonly ExportRow[]>
  byKeys(keys: readonly string[]): Promise<readonly ExportRow[]>
}
