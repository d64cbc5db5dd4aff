/** Whether a report is being asked for, and what a link filled in beforehand. */
export interface ReportSearch {
  readonly new?: true
  readonly report?: string
  readonly from?: string
  readonly to?: string
}

const day = /^\d{4}-\d{2}-\d{2}$/

/** Reads the address of the reports page; what cannot be read is as if it were not there. */
export function readReportSearch(search: Readonly<Record<string, unknown>>): ReportSearch {
  if (search.new !== true) return {}
  const { report, from, to } = search
  return {
    new: true,
    ...(typeof report === 'string' ? { report } : {}),
    ...(isDay(from) ? { from } : {}),
    ...(isDay(to) ? { to } : {}),
  }
}

const isDay = (value: unknown): value is string => typeof value === 'string' && day.test(value)
