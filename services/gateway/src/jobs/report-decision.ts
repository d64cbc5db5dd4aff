import type { ReportRequest, ReportRole } from '@rounds/contracts'
import type { Fault } from '../http/index.ts'
import type { Wish } from './job.ts'

/** For whom a report is asked. */
export interface ReportAsker {
  readonly personId: string
  readonly role: ReportRole
}

/** Decides as if this person had asked for the report. */
export type DecideReport = (
  request: ReportRequest,
  asker: ReportAsker,
) => Promise<{ readonly wish: Wish } | { readonly faults: readonly Fault[]; readonly code?: string }>
