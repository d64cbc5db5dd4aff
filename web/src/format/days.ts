/** A calendar day of the hospital, `YYYY-MM-DD`. Not a Date: a day has no zone once it is named. */
export type Day = string

/** Which day an instant belongs to in a zone. */
export function dayIn(zone: string, instant: Date): Day {
  // Sweden writes days as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(instant)
}

export function addDays(day: Day, count: number): Day {
  const date = asUtc(day)
  date.setUTCDate(date.getUTCDate() + count)
  return date.toISOString().slice(0, 10)
}

export const firstOfMonth = (day: Day): Day => `${day.slice(0, 8)}01`

export const lastOfMonth = (day: Day): Day => addDays(firstOfMonth(addDays(firstOfMonth(day), 31)), -1)

/** Whether the calendar has it: 2026-02-30 is text, not a day. */
export const isDay = (text: unknown): text is Day =>
  typeof text === 'string' &&
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text) &&
  addDays(text, 0) === text

export interface DayRange {
  readonly from?: Day
  readonly to?: Day
}

/** The spans people ask for, seen from today. */
export function namedRanges(today: Day) {
  const lastMonth = addDays(firstOfMonth(today), -1)
  return {
    today: { from: today, to: today },
    tomorrow: { from: addDays(today, 1), to: addDays(today, 1) },
    nextWeek: { from: today, to: addDays(today, 6) },
    lastWeek: { from: addDays(today, -6), to: today },
    thisMonth: { from: firstOfMonth(today), to: lastOfMonth(today) },
    lastMonth: { from: firstOfMonth(lastMonth), to: lastMonth },
    thisYear: { from: `${today.slice(0, 4)}-01-01`, to: `${today.slice(0, 4)}-12-31` },
  } satisfies Record<string, Required<DayRange>>
}
export type RangeName = keyof ReturnType<typeof namedRanges>

const asUtc = (day: Day) => new Date(`${day}T00:00:00Z`)
