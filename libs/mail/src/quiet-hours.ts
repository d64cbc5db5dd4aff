import { Temporal } from 'temporal-polyfill'

/** Wall-clock times `HH:MM` in the recipient's zone. Equal ones mean that no hour is quiet. */
export interface QuietHours {
  readonly from: string
  readonly until: string
}

export const usualQuietHours: QuietHours = { from: '21:00', until: '08:00' }

/** When the quiet hours that hold now are over; undefined when none hold. Throws on a zone that does not exist. */
export function quietUntil(now: Date, zone: string, hours: QuietHours): Date | undefined {
  const minute = Math.floor(now.getTime() / 60_000)
  const key = `${zone} ${hours.from} ${hours.until}`
  const last = answers.get(key)
  if (last?.minute === minute) return last.until
  const until = askClock(now, zone, hours)
  if (answers.size >= keptAnswers) answers.clear()
  answers.set(key, { minute, until })
  return until
}

/**
 * The last answer for each zone. Within a minute it stays the same, since clocks are set on whole minutes too; a campaign asks tens of
 * thousands of times, and to ask the calendar costs more than the rest of the gate.
 */
const answers = new Map<string, { readonly minute: number; readonly until: Date | undefined }>()
const keptAnswers = 1_000

function askClock(now: Date, zone: string, { from, until }: QuietHours): Date | undefined {
  const here = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone)
  const time = here.toPlainTime()
  const begins = Temporal.PlainTime.from(from)
  const ends = Temporal.PlainTime.from(until)
  const isBefore = (limit: Temporal.PlainTime) => Temporal.PlainTime.compare(time, limit) < 0

  const overnight = Temporal.PlainTime.compare(begins, ends) > 0
  const quiet = overnight ? !isBefore(begins) || isBefore(ends) : !isBefore(begins) && isBefore(ends)
  if (!quiet) return undefined
  const day = isBefore(ends) ? here.toPlainDate() : here.toPlainDate().add({ days: 1 })
  // Where the clock is set back the end comes twice, and only the second is after every moment that is quiet.
  const { epochMilliseconds } = day.toPlainDateTime(ends).toZonedDateTime(zone, { disambiguation: 'later' })
  const end = new Date(epochMilliseconds)
  // Where the clock is set forward over the few minutes that are not quiet, that day has none.
  return askClock(end, zone, { from, until }) ?? end
}

const zones = new Set<string>()

/** Whether quiet hours can be computed in a zone of this name. Remembered, since asking costs more than the rest of the gate. */
export function knownZone(zone: string): boolean {
  if (zones.has(zone)) return true
  const known = isZone(zone)
  // There are some 600 zones; nonsense is not collected.
  if (known) zones.add(zone)
  return known
}

function isZone(zone: string): boolean {
  try {
    // By what computes with it: Intl knows names, such as IST, that Temporal throws at.
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}
