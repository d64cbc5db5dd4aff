/** For tests from outside, which compare a downloaded file with what the oracle makes of the same documents. */
export type { CsvColumn, CsvOptions, Row } from '../csv/index.ts'
export { json2csvEncoder, json2csvOptions, zoneClock } from '../csv/index.ts'
export { type ExportPlan, planExport } from './export-plan.ts'
export { definitionOf } from './reports/all-reports.ts'
