import type { AppointmentStatus } from '@rounds/contracts/http'
import { type Day, type DayRange, isDay, namedRanges } from '../../format/days.ts'

/** The filters as they stand in the address. */
export interface AppointmentSearch {
  readonly from?: Day
  readonly to?: Day
  /** All dates; without it and without days, today is meant. */
  readonly all?: true
  readonly status?: AppointmentStatus
  readonly departmentId?: string
  readonly doctorId?: string
}

export const statuses = [
  'booked',
  'checked',
  'cancelled',
  'missed',
] as const satisfies readonly AppointmentStatus[]

/** What an address means. A filter that makes no sense is left out: a mistyped link still shows a page. */
export function readAppointmentSearch(search: Readonly<Record<string, unknown>>): AppointmentSearch {
  const { from, to, all, status, departmentId, doctorId } = search
  const inOrder = !(isDay(from) && isDay(to) && from > to)
  const known = statuses.find((one) => one === status)
  return {
    ...(isDay(from) && inOrder && { from }),
    ...(isDay(to) && inOrder && { to }),
    ...(all === true && { all }),
    ...(known && { status: known }),
    ...(isIdentifier(departmentId) && { departmentId }),
    ...(isIdentifier(doctorId) && { doctorId }),
  }
}

export function rangeOf({ from, to, all }: AppointmentSearch, today: Day): DayRange {
  if (from || to) return { ...(from && { from }), ...(to && { to }) }
  return all ? {} : namedRanges(today).today
}

/** What is asked of the gateway. Without a first day, the latest come first: nobody looks for the oldest of years. */
export function appointmentQueryOf(search: AppointmentSearch, today: Day) {
  const range = rangeOf(search, today)
  return {
    ...range,
    order: range.from ? 'soonest' : 'latest',
    status: search.status,
    departmentId: search.departmentId,
    doctorId: search.doctorId,
  }
}

const isIdentifier = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)
