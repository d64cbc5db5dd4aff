/** Turns calendar days of the hospital into instants. Pure; the time zone data is Node's own (Intl). */

const formatters = new Map<string, Intl.DateTimeFormat>()

/** The calendar day, `YYYY-MM-DD`, on which this instant falls in the zone. */
export function dayOf(instant: Date, zone: string): string {
  const parts = partsOf(instant, zone)
  return `${parts.year}-${parts.month}-${parts.day}`
}

/** The first instant of the day in the zone: midnight, or what comes after it where the clock skips midnight. */
export function startOfDay(day: string, zone: string): Date {
  const midnightUtc = Date.parse(`${day}T00:00:00Z`)
  const dayMs = 24 * 3_600_000
  // The zone's offset may change on this very day: the one before and the one after it are the only two candidates.
  const candidates = [midnightUtc - dayMs, midnightUtc + dayMs]
    .map((nearby) => new Date(midnightUtc - offsetMs(new Date(nearby), zone)))
    .filter((candidate) => dayOf(candidate, zone) === day)
  // A zone may have skipped the whole day; then there is no right answer, and this one is near.
  const [first = new Date(midnightUtc)] = candidates.toSorted((a, b) => a.getTime() - b.getTime())
  return first
}

/** From the first instant of `from` up to, and not including, the first instant after the day `to`. */
export function instantsOf(days: { from?: string | undefined; to?: string | undefined }, zone: string) {
  return {
    ...(days.from === undefined ? {} : { since: startOfDay(days.from, zone) }),
    ...(days.to === undefined ? {} : { until: startOfDay(dayAfter(days.to), zone) }),
  }
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 3_600_000).toISOString().slice(0, 10)
}

function offsetMs(instant: Date, zone: string): number {
  const [, sign, hours, minutes, seconds] =
    /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(partsOf(instant, zone).timeZoneName ?? '') ?? []
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)
  return (sign === '-' ? -size : size) * 1_000
}

function partsOf(instant: Date, zone: string): Partial<Record<string, string>> {
  let formatter = formatters.get(zone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      timeZoneName: 'longOffset',
    })
    formatters.set(zone, formatter)
  }
  return Object.fromEntries(formatter.formatToParts(instant).map(({ type, value }) => [type, value]))
}
