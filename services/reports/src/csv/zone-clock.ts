const dayMs = 24 * 3_600_000

/** What the wall clock of one IANA zone shows. */
export interface ZoneClock {
  readonly zone: string
  /** Minutes east of UTC at this instant; seconds, as some zones had long ago, are rounded. */
  offsetMinutesAt(ms: number): number
  /** The first instant of this calendar day (`YYYY-MM-DD`), also where midnight is skipped or happens twice. */
  startOf(day: string): Date
}

/** One per zone and thread: making one, and what it has to ask Intl, takes longer than a small file. */
const clocks = new Map<string, ZoneClock>()

/**
 * Asks Intl twice per UTC day and remembers: a file has millions of instants and a handful of days. A day whose offset
 * changes is asked about every instant. Throws `RangeError` for a zone that does not exist.
 */
export function zoneClock(zone: string): ZoneClock {
  const clock = clocks.get(zone) ?? newClock(zone)
  clocks.set(zone, clock)
  return clock
}

function newClock(zone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const steady = new Map<number, number | 'changes'>()

  function offsetMinutesAt(ms: number): number {
    const day = Math.floor(ms / dayMs)
    let known = steady.get(day)
    if (known === undefined) {
      const first = asked(day * dayMs)
      known = first === asked((day + 1) * dayMs) ? first : 'changes'
      // Bounded: a hostile spread of dates costs time, not memory.
      if (steady.size > 50_000) steady.clear()
      steady.set(day, known)
    }
    return known === 'changes' ? asked(ms) : known
  }

  function asked(ms: number): number {
    const name = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? ''
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? []
    const east = Number(hours) * 60 + Number(minutes) + Math.round(Number(seconds) / 60)
    return sign === '-' ? -east : east
  }

  function startOf(day: string): Date {
    const midnight = Date.parse(`${day}T00:00:00Z`)
    const before = offsetMinutesAt(midnight - dayMs)
    const after = offsetMinutesAt(midnight + dayMs)
    const candidates = [before, after].map((offset) => ({ offset, ms: midnight - offset * 60_000 }))
    const real = candidates.filter(({ offset, ms }) => offsetMinutesAt(ms) === offset).map(({ ms }) => ms)
    return new Date(
      real.length > 0
        ? Math.min(...real)
        : firstAfterGap(
            candidates.map(({ ms }) => ms),
            before,
          ),
    )
  }

  /** Midnight does not exist: the day begins where the clock jumped. */
  function firstAfterGap(around: readonly number[], before: number): number {
    let [low, high] = [Math.min(...around), Math.max(...around)]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offsetMinutesAt(middle) === before) low = middle
      else high = middle
    }
    return high
  }

  return { zone, offsetMinutesAt, startOf }
}

/** ISO 8601 with the zone's offset, such as `2026-01-31T09:30:00+05:30`; milliseconds only where there are some. */
export function isoWithOffset(date: Date, clock: ZoneClock): string {
  const offset = clock.offsetMinutesAt(date.getTime())
  const wall = wallTime(date, offset).replace(/(\.000)?Z$/, '')
  const minutes = Math.abs(offset)
  return `${wall}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** As people read it: `31-Jan-2026 09:30`. */
export function readableTime(date: Date, clock: ZoneClock): string {
  const [day = '', time = ''] = wallTime(date, clock.offsetMinutesAt(date.getTime())).split('T')
  return `${readableDay(day)} ${time.slice(0, 5)}`
}

/** `2026-01-31` → `31-Jan-2026` */
export function readableDay(day: string): string {
  return `${day.slice(-2)}-${months[Number(day.slice(-5, -3)) - 1]}-${day.slice(0, -6)}`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const wallTime = (date: Date, offsetMinutes: number) =>
  new Date(date.getTime() + offsetMinutes * 60_000).toISOString()
const two = (count: number) => String(count).padStart(2, '0')
