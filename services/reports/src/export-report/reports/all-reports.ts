import type { ReportDefinition } from '../define-report.ts'
import { appointments } from './appointments.ts'
import { treatmentHistory } from './treatment-history.ts'

/** Every report that can be written. A report of the catalogue that is missing here fails this folder's test. */
export const allReports: readonly ReportDefinition[] = [appointments, treatmentHistory]

export const definitionOf = (report: string): ReportDefinition | undefined =>
  allReports.find(({ declaration }) => declaration.report === report)
