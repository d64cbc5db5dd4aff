import { Temporal } from 'temporal-polyfill'

/** A time in which a zone's clocks keep one distance from UTC, and the distances beside it where clocks are changed. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly offset: number
  readonly offsetBefore: number
  readonly offsetAfter: number
}

/** Whether a name is an IANA time zone that is known here. Bare offsets are not: they know no summer. */
export function isTimeZone(name: string): boolean {
  if (name.length > 64 || !/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The spans of a zone that touch the time from one instant until another, in order. Found one by one. */
export function* spansOf(zone: string, from: number, until: number): Generator<Span> {
  const start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
  // A change at `from` itself begins a span, hence a nanosecond later.
  const began = start.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
  let offset = offsetOf(start)
  let offsetBefore = began ? offsetOf(began.subtract({ nanoseconds: 1 })) : offset
  let opens = began?.epochMilliseconds ?? Number.NEGATIVE_INFINITY
  let change = start.getTimeZoneTransition('next')
  while (change && opens <= until) {
    const offsetAfter = offsetOf(change)
    yield { from: opens, to: change.epochMilliseconds, offset, offsetBefore, offsetAfter }
    offsetBefore = offset
    offset = offsetAfter
    opens = change.epochMilliseconds
    change = change.getTimeZoneTransition('next')
  }
  if (opens > until) return
  yield { from: opens, to: Number.POSITIVE_INFINITY, offset, offsetBefore, offsetAfter: offset }
}

const offsetOf = (at: Temporal.ZonedDateTime) => at.offsetNanoseconds / 1_000_000
