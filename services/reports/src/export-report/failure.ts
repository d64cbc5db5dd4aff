import type { Failure } from '../export-work.ts'
import { BrokenBsonError } from './csv/raw/bson-layout.ts'
import { RefusedReportError } from './define-report.ts'
import { SnapshotTooOldError } from './read-rows.ts'

/** What an error means for the report. `isFinal`: trying again would end the same way. */
export interface Verdict extends Failure {
  readonly isFinal: boolean
}

/** Never the error's own message: it may quote the data it choked on, and the reason is read on a screen. */
export function verdictOn(error: unknown): Verdict {
  if (error instanceof RefusedReportError) return { isFinal: true, code: error.code, reason: error.message }
  if (error instanceof TypeError || error instanceof RangeError) {
    return {
      isFinal: true,
      code: 'EXPORT_BROKEN',
      reason: 'The report could not be written. This is a fault of ours.',
    }
  }
  const { name = '', code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return { isFinal: false, code: 'DISK_FULL', reason: 'There was no room left for the file.' }
  }
  if (error instanceof SnapshotTooOldError) {
    return {
      isFinal: false,
      code: error.code,
      reason: 'The data changed faster than the report could be written.',
    }
  }
  if (error instanceof BrokenBsonError) {
    return { isFinal: false, code: 'DATA_BROKEN', reason: 'The database sent something that is no data.' }
  }
  if (name === 'DeadlineError') {
    return {
      isFinal: false,
      code: 'TOOK_TOO_LONG',
      reason: 'The report took too long. A shorter period may work.',
    }
  }
  if (name.startsWith('Mongo')) {
    return { isFinal: false, code: 'DATABASE_AWAY', reason: 'The database could not be read.' }
  }
  return {
    isFinal: false,
    code: 'EXPORT_FAILED',
    reason: 'The report could not be written, and trying again did not help.',
  }
}
