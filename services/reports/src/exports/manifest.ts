import type { ReportRequested } from '@rounds/contracts'
import type { SealedFile } from '../files/index.ts'
import type { ExportPlan } from './export-plan.ts'

/** What stands beside a file and says how it came about: identifiers, never a person's name. */
export function manifest(
  { reportId, report, parameters, requestedBy, role, flavour, gzip }: ReportRequested['data'],
  { columns }: ExportPlan,
  { file, bytes, sha256 }: SealedFile,
  made: {
    readonly rows: number
    readonly rowsSkipped: number
    readonly zone: string
    readonly snapshotTime: Date
    readonly at: Date
  },
) {
  return {
    reportId,
    report,
    parameters,
    requestedBy,
    role,
    columns: columns.map(({ id, header, type }) => ({ id, header, type })),
    flavour,
    gzip,
    zone: made.zone,
    file,
    rows: made.rows,
    rowsSkipped: made.rowsSkipped,
    bytes,
    sha256,
    snapshotTime: made.snapshotTime.toISOString(),
    generatedAt: made.at.toISOString(),
    generatedBy: 'rounds/reports',
  }
}
