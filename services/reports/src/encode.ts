/** For tests from outside, which compare a downloaded file with what the oracle makes of the same documents. */
export type { CsvColumn, CsvOptions, Row } from './export-report/csv/encoder.ts'
export { json2csvEncoder, json2csvOptions } from './export-report/csv/json2csv-encoder.ts'
export { type ExportPlan, planExport } from './export-report/export-plan.ts'
export { definitionOf } from './export-report/reports/all-reports.ts'
export { zoneClock } from './export-report/zone-clock.ts'
