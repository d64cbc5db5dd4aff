import type { ReportDefinition } from '../define-report.ts'
import { appointments } from './appointments.ts'
import { auditLog } from './audit-log.ts'
import { doctorActivity } from './doctor-activity.ts'
import { mailLog } from './mail-log.ts'
import { noShows } from './no-shows.ts'
import { treatmentHistory } from './treatment-history.ts'

/** Every report that can be written. A report of the catalogue that is missing here fails this folder's test. */
export const allReports: readonly ReportDefinition[] = [
  appointments,
  treatmentHistory,
  doctorActivity,
  noShows,
  mailLog,
  auditLog,
]

export const definitionOf = (report: string): ReportDefinition | undefined =>
  allReports.find(({ declaration }) => declaration.report === report)
