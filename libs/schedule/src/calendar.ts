import { Temporal } from 'temporal-polyfill'

/** The calendar day, `YYYY-MM-DD`, on which this instant falls in the zone. */
export const dayIn = (instant: Date, zone: string): string => here(instant, zone).toPlainDate().toString()

/** The first instant of a day in the zone: midnight, or what comes after it where the clock skips midnight. */
export const dayBegins = (day: string, zone: string): Date =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds)

/** From the first instant of a day up to, and not including, the first of the next. */
export const dayBounds = (day: string, zone: string): { readonly since: Date; readonly until: Date } => ({
  since: dayBegins(day, zone),
  until: dayBegins(daysLater(day, 1), zone),
})

/** From the first instant of `from` up to, and not including, the first after the day `to`; open where one is missing. */
export const daysBounds = (
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  zone: string,
): { readonly since?: Date; readonly until?: Date } => ({
  ...(from === undefined ? {} : { since: dayBegins(from, zone) }),
  ...(to === undefined ? {} : { until: dayBegins(daysLater(to, 1), zone) }),
})

export const daysLater = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString()

/** The month before the one of this instant, `YYYY-MM`. */
export const monthBefore = (instant: Date, zone: string): string =>
  here(instant, zone).toPlainDate().toPlainYearMonth().subtract({ months: 1 }).toString()

/** The first and the last day of a month. */
export function daysOfMonth(month: string): { readonly from: string; readonly to: string } {
  const whole = Temporal.PlainYearMonth.from(month)
  return {
    from: whole.toPlainDate({ day: 1 }).toString(),
    to: whole.toPlainDate({ day: whole.daysInMonth }).toString(),
  }
}

const here = (instant: Date, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone)
