import type { ReportRequest } from '@rounds/contracts/http'
import type { DayRange } from '../../format/days.ts'
import type { ReportChoice } from './report-queries.ts'

/** The form of a new report, as it is filled in. */
export interface WishForm {
  readonly range: DayRange
  readonly departmentId: string | null
  readonly doctorId: string | null
  readonly patientId: string | null
  /** Of parameters that are one of a list. */
  readonly options: Readonly<Record<string, string | null>>
  readonly columns: readonly string[]
  readonly flavour: 'standard' | 'excel'
  readonly gzip: boolean
  readonly fileName: string
}

export const emptyWish = ({ columns }: ReportChoice): WishForm => ({
  range: {},
  departmentId: null,
  doctorId: null,
  patientId: null,
  options: {},
  columns: columns.map(({ id }) => id),
  flavour: 'standard',
  gzip: false,
  fileName: '',
})

/** What is sent: what was chosen, in the report's own column order, and nothing that the report does not know. */
export function requestOf(choice: ReportChoice, form: WishForm): ReportRequest {
  const { range, departmentId, doctorId, patientId, options } = form
  const chosen = { ...options, ...range, departmentId, doctorId, patientId }
  const parameters = Object.fromEntries(
    Object.entries(chosen).filter(([name, value]) => value && name in choice.parameters.properties),
  ) as Record<string, string>
  const columns = choice.columns.map(({ id }) => id).filter((id) => form.columns.includes(id))
  return {
    report: choice.report,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(columns.length < choice.columns.length && { columns }),
    flavour: form.flavour,
    gzip: form.gzip,
    ...(form.fileName.trim() && { fileName: form.fileName.trim() }),
  }
}
