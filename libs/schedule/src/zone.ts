import { Temporal } from 'temporal-polyfill'

/** A time in which a zone's clocks keep one distance from UTC, and the distances beside it where clocks are changed. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly offset: number
  readonly offsetBefore: number
  readonly offsetAfter: number
}

/** The spans of a zone that touch the time from one instant until another, in order. Found one by one. */
export function* spansOf(zone: string, from: number, until: number): Generator<Span> {
  for (let at = from; at <= until; ) {
    const span = spanAt(zone, at)
    yield span
    at = span.to
  }
}

/** Looking a span up costs a thousand times what it costs to remember it. Names come from people, so not all are kept. */
const remembered = new Map<string, Span[]>()
const zonesRemembered = 1_000

function spanAt(zone: string, at: number): Span {
  const known = remembered.get(zone)?.find(({ from, to }) => from <= at && at < to)
  if (known) return known
  if (remembered.size >= zonesRemembered) remembered.clear()
  const span = lookUp(zone, at)
  remembered.set(zone, [...(remembered.get(zone) ?? []), span])
  return span
}

function lookUp(zone: string, at: number): Span {
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  // A change at this very instant begins the span, hence a nanosecond later.
  const began = here.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
  const ends = here.getTimeZoneTransition('next')
  const offset = offsetOf(here)
  return {
    from: began?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    to: ends?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset,
    offsetBefore: began ? offsetOf(began.subtract({ nanoseconds: 1 })) : offset,
    offsetAfter: ends ? offsetOf(ends) : offset,
  }
}

const offsetOf = (at: Temporal.ZonedDateTime) => at.offsetNanoseconds / 1_000_000
