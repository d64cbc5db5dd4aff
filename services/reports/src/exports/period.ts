import type { ZoneClock } from '../csv/index.ts'
import { type Asked, RefusedReportError } from './define-report.ts'

/** An instant between two calendar days of the hospital, both included; either may be left out. */
export function within(
  field: string,
  { parameters: { from, to }, clock }: Asked,
): Readonly<Record<string, unknown>> {
  if (from && to && to < from)
    throw new RefusedReportError('INVALID_PARAMETERS', 'The last day is before the first.')
  const bounds = {
    ...(from && { $gte: clock.startOf(from) }),
    ...(to && { $lt: startOfNext(to, clock) }),
  }
  return from || to ? { [field]: bounds } : {}
}

function startOfNext(day: string, clock: ZoneClock): Date {
  return clock.startOf(new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 3_600_000).toISOString().slice(0, 10))
}
