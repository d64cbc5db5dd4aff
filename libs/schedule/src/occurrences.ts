import { dayMs, fitsDay } from './days.ts'
import type { Cron } from './expression.ts'
import { type Span, spansOf } from './zone.ts'

/** When an entry is due, and what the change of the clocks had to do with it. */
export interface Occurrence {
  readonly due: Date
  /**
   * `moved`: its own minute was skipped when the clocks went forward, so it is due at the first minute after.
   * `first of two`: its minute comes twice, and it is not due again. `second of two`: the second passing of an entry that follows real time.
   */
  readonly dst?: 'moved' | 'first of two' | 'second of two'
}

/** How far occurrences are looked for. 29 February on a given weekday comes every 28 years, or 40 across a year like 2100. */
export const horizonYears = 41
const horizonMs = horizonYears * 366 * dayMs

const minuteMs = 60_000

/** A longer gap is no summer time but a day that the calendar left out (Apia, 30 December 2011): nothing is due on it. */
const longestGapMs = 3 * 60 * minuteMs

/**
 * The occurrences of an entry in a zone, after one instant and until another (included), in order, made as they are
 * asked for. Where clocks are changed it does as cronie does: an entry with fixed hours runs once, at the first minute
 * after when its own is skipped, and not again when it comes twice; one whose hours are a wildcard or have steps
 * follows real time. (cronie also takes a wildcard minute for real time; here the hours alone decide.) Ends after
 * `horizonYears` in any case, so that an entry without any occurrence is found out.
 */
export function* occurrences(cron: Cron, zone: string, after: Date, until?: Date): Generator<Occurrence> {
  const end = Math.min(until?.getTime() ?? Number.POSITIVE_INFINITY, after.getTime() + horizonMs)
  // Two of a night may fall on one instant: one moved there, and one that is due there anyhow.
  let last = after.getTime()
  for (const span of spansOf(zone, last, end)) {
    for (const occurrence of inSpan(cron, span, last, end)) {
      const due = occurrence.due.getTime()
      if (due > last) yield occurrence
      last = Math.max(last, due)
    }
  }
}

/** The next occurrences of an entry, fewer where it has no more. */
export function nextOccurrences(cron: Cron, zone: string, after: Date, count: number): Occurrence[] {
  return occurrences(cron, zone, after).take(count).toArray()
}

function* inSpan(cron: Cron, span: Span, after: number, until: number): Generator<Occurrence> {
  const { offset } = span
  const opens = span.from + offset
  const closes = span.to + offset
  const openedBefore = span.from + span.offsetBefore
  if (!cron.everyHour && skipsSome(cron, openedBefore, opens)) {
    const due = Math.ceil(opens / minuteMs) * minuteMs - offset
    if (due > after && due <= until) yield { due: new Date(due), dst: 'moved' }
  }
  const begin = cron.everyHour ? opens : Math.max(opens, openedBefore)
  const from = Math.max(begin, after + offset + 1)
  for (const wall of wallTimes(cron, from, Math.min(closes, until + offset + 1))) {
    const due = new Date(wall - offset)
    if (wall < openedBefore) yield { due, dst: 'second of two' }
    else if (wall >= span.to + span.offsetAfter) yield { due, dst: 'first of two' }
    else yield { due }
  }
}

/** Whether the clocks, when they went forward from one reading to another, left out a minute that fits. */
function skipsSome(cron: Cron, from: number, to: number): boolean {
  return to > from && to - from < longestGapMs && !wallTimes(cron, from, to).next().done
}

/** The minutes a clock on the wall shows when an entry fits, from one reading until before another. */
function* wallTimes(cron: Cron, from: number, before: number): Generator<number> {
  for (let midnight = Math.floor(from / dayMs) * dayMs; midnight < before; midnight += dayMs) {
    if (!fitsDay(cron, midnight)) continue
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const wall = midnight + (hour * 60 + minute) * minuteMs
        if (wall >= before) return
        if (wall >= from) yield wall
      }
    }
  }
}
