import { Stopping } from '@rounds/ledger'
import { BrokenBsonError } from '../csv/index.ts'
import { RefusedReportError } from './define-report.ts'
import type { Failure } from './export-work.ts'
import { DatabaseAwayError, SnapshotTooOldError } from './read-rows.ts'

/** What an error means for the report. */
export interface Verdict extends Failure {
  /** Trying again would end the same way. */
  readonly isFinal: boolean
  /** The machine's fault and not the report's: it waits for as long as that takes, and no attempt is counted. */
  readonly isOfMachine?: boolean
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
  const { name = '', code = '' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      isFinal: false,
      isOfMachine: true,
      code: 'DISK_FULL',
      reason: 'There was no room left for the file.',
    }
  }
  if (directoryAway.has(code)) {
    return {
      isFinal: false,
      isOfMachine: true,
      code: 'FILE_STORE_UNAVAILABLE',
      reason: 'The place where files are kept could not be used.',
    }
  }
  if (error instanceof DatabaseAwayError) {
    return { isFinal: false, isOfMachine: true, code: error.code, reason: 'The database was away.' }
  }
  if (error instanceof Stopping) {
    return { isFinal: false, code: 'INTERRUPTED', reason: 'The service that writes it was restarted.' }
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
    return { isFinal: false, code: 'DATABASE_REFUSED', reason: 'The database did not give the data.' }
  }
  return {
    isFinal: false,
    code: 'EXPORT_FAILED',
    reason: 'The report could not be written, for a reason that nobody expected.',
  }
}

/** How long it waits for the machine after so many attempts: soon at first, and then twice a minute at least. */
export function waitMs(attempts: number, chance: number): number {
  const longest = Math.min(longestWaitMs, 1_000 * 2 ** attempts)
  return Math.round(longest * (0.5 + chance / 2))
}

const longestWaitMs = 30_000

/** Not mounted, mounted for reading only, not ours, broken, or this process has too many files open. */
const directoryAway: ReadonlySet<string> = new Set([
  'EACCES',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENODEV',
  'ENOENT',
  'ENOTCONN',
  'ENOTDIR',
  'EPERM',
  'EROFS',
  'ESTALE',
])
