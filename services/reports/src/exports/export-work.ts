import type { ReportCancelled, ReportRequested } from '@rounds/contracts'
import type { Claim, Ending, Ledger } from '@rounds/ledger'

/** The event that wrote the work down: the request, or a cancellation that overtook it. */
export type ExportInput = ReportRequested | ReportCancelled

export interface WrittenFile {
  readonly file: string
  readonly rows: number
  readonly rowsSkipped: number
  readonly bytes: number
  readonly sha256: string
  readonly snapshotTime: Date
  readonly expiresAt: Date
}

/** For machines and for the person who asked; without any data of the report. */
export interface Failure {
  readonly code: string
  readonly reason: string
}

export type ExportOutcome = WrittenFile | Failure
export type ExportLedger = Ledger<ExportInput, ExportOutcome>
export type ExportClaim = Claim<ExportInput, ExportOutcome>
export type ExportEnding = Ending<ExportOutcome>

/** Whose turn it is when others want something too. */
export const askedBy = ({ data }: ExportInput): string | undefined =>
  'requestedBy' in data ? data.requestedBy : undefined
