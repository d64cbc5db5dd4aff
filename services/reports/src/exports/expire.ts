import { reportExpired } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import type { ArtifactStore } from '../files/index.ts'
import type { ExportRows } from './export-rows.ts'
import type { ExportLedger } from './export-work.ts'

export interface ExpireReportsDeps {
  readonly rows: Pick<ExportRows, 'overdue'>
  readonly ledger: Pick<ExportLedger, 'expire'>
  readonly artifacts: Pick<ArtifactStore, 'remove'>
  readonly make: MakeEvent
  readonly now: () => Date
}

/** The file first, then its row: a crash in between leaves a row that is asked again, never a file nobody knows. */
export function expireReports({ rows, ledger, artifacts, make, now }: ExpireReportsDeps) {
  return async () => {
    for (const { key, file, calledOff, cause } of await rows.overdue(now())) {
      if (file) await artifacts.remove(file)
      // Cancelled is final, and the gateway has said it.
      await ledger.expire(key, calledOff ? [] : [make(reportExpired, { reportId: key }, cause)])
    }
  }
}
