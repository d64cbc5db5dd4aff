import type { Cron } from './expression.ts'

/** Milliseconds of a day that nobody changes the clock on. */
export const dayMs = 86_400_000

/**
 * Whether an entry may run on this day, given as the midnight that begins it, in milliseconds of a clock that is never
 * changed. All three must fit: month, day of the month, weekday.
 */
export function fitsDay({ months, days, weekdays }: Cron, midnight: number): boolean {
  const date = new Date(midnight)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  if (!months.has(month + 1)) return false
  const day: Day = {
    number: date.getUTCDate(),
    weekday: date.getUTCDay(),
    last: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
  }
  return days.some((token) => fitsDayOfMonth(token, day)) && weekdays.some((token) => fitsWeekday(token, day))
}

interface Day {
  readonly number: number
  readonly weekday: number
  /** The number of the month's last day. */
  readonly last: number
}

function fitsDayOfMonth(token: number | string, day: Day): boolean {
  if (typeof token === 'number') return token === day.number
  const [, target = '', working] = /^(L|\d{1,2})(W)?$/.exec(token) ?? []
  if (target) {
    const wanted = target === 'L' ? day.last : Number(target)
    return day.number === (working ? nearestWorkingDay(wanted, day) : wanted)
  }
  const [, before = ''] = /^L-(\d{1,2})$/.exec(token) ?? []
  return before !== '' && day.number === day.last - Number(before)
}

/** The working day nearest to a day of the month, in the same month; none where the month has no such day. */
function nearestWorkingDay(wanted: number, day: Day): number {
  if (wanted < 1 || wanted > day.last) return Number.NaN
  const weekday = (((day.weekday + wanted - day.number) % 7) + 7) % 7
  if (weekday === 6) return wanted === 1 ? wanted + 2 : wanted - 1
  if (weekday === 0) return wanted === day.last ? wanted - 2 : wanted + 1
  return wanted
}

function fitsWeekday(token: number | string, day: Day): boolean {
  if (typeof token === 'number') return token === day.weekday
  const [, weekday = '', nth] = /^([0-7])(?:L|#([1-5]))$/.exec(token) ?? []
  if (weekday === '' || Number(weekday) % 7 !== day.weekday) return false
  return nth === undefined ? day.number > day.last - 7 : Math.ceil(day.number / 7) === Number(nth)
}
