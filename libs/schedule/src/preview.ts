import { Temporal } from 'temporal-polyfill'
import type { Cron } from './expression.ts'
import { nextOccurrences, type Occurrence } from './occurrences.ts'

/** One coming fire, as a person wants to see it. */
export interface PreviewedFire {
  /** The instant, as `2026-03-29T01:00:00Z`. */
  readonly utc: string
  /** What the clock on the wall shows then, with its offset: `2026-03-29T03:00:00+02:00`. */
  readonly local: string
  /** What the change of the clocks does to it; `clocks changed` when the offset is another than at the fire before. */
  readonly note?: NonNullable<Occurrence['dst']> | 'clocks changed'
}

/** The next fires of an entry: the same function says them as fires them. */
export function previewFires(cron: Cron, zone: string, after: Date, count = 20): PreviewedFire[] {
  let offset = zoned(after, zone).offset
  return nextOccurrences(cron, zone, after, count).map(({ due, dst }) => {
    const local = zoned(due, zone)
    const note = dst ?? (local.offset === offset ? undefined : 'clocks changed')
    offset = local.offset
    return {
      utc: local.toInstant().toString(),
      local: local.toString({ timeZoneName: 'never' }),
      ...(note && { note }),
    }
  })
}

const zoned = (at: Date, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone)

const notes: Readonly<Record<NonNullable<PreviewedFire['note']>, string>> = {
  moved: 'The clocks go forward and skip its minute: it runs at the first minute after.',
  'first of two': 'The clocks go back and its minute comes twice: this is the first time.',
  'second of two': 'The clocks went back: this is the second time of the same minute.',
  'clocks changed': 'The clocks were changed since the run before.',
}

/** A note in words. */
export const noteInWords = (note: NonNullable<PreviewedFire['note']>): string => notes[note]
