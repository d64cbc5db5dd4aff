import type { CsvOptions } from '../encoder.ts'
import { readableDay, type ZoneClock } from '../zone-clock.ts'
import type { Page } from './byte-buffer.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** A week less than JavaScript's last date, so that no clock on earth is beyond it. */
const farthestMs = 8.64e15 - 7 * dayMs
const remembered = 4_096

/** Writes an instant as the zone's wall clock shows it. False, with nothing written, where time ends. */
export type WriteInstant = (page: Page, ms: number) => boolean

/** A file has millions of instants and a handful of days: the text of a day is made once, the rest is digits. */
export function instantWriter(flavour: CsvOptions['flavour'], clock: ZoneClock): WriteInstant {
  const days = new Float64Array(remembered).fill(Number.NaN)
  const texts = new Array<Uint8Array>(remembered)
  const textOf = (day: number): Uint8Array => {
    const place = ((day % remembered) + remembered) % remembered
    if (days[place] !== day) {
      const [text = ''] = new Date(day * dayMs).toISOString().split('T')
      texts[place] = Buffer.from(flavour === 'excel' ? `${readableDay(text)} ` : `${text}T`)
      days[place] = day
    }
    return texts[place] as Uint8Array
  }

  return (page, ms) => {
    if (!(Math.abs(ms) < farthestMs)) return false
    const offset = clock.offsetMinutesAt(ms)
    const wall = ms + offset * minuteMs
    const day = Math.floor(wall / dayMs)
    const text = textOf(day)
    page.room(text.length + 20)
    const { bytes } = page
    for (let i = 0; i < text.length; i++) bytes[page.at++] = text[i] as number

    const time = wall - day * dayMs
    const minutes = Math.floor(time / minuteMs)
    two(page, Math.floor(minutes / 60))
    bytes[page.at++] = colon
    two(page, minutes % 60)
    if (flavour === 'excel') return true

    const inMinute = time - minutes * minuteMs
    const seconds = Math.floor(inMinute / 1_000)
    bytes[page.at++] = colon
    two(page, seconds)
    const millis = inMinute - seconds * 1_000
    if (millis > 0) {
      bytes[page.at++] = 0x2e
      bytes[page.at++] = zero + Math.floor(millis / 100)
      two(page, millis % 100)
    }
    const east = Math.abs(offset)
    bytes[page.at++] = offset < 0 ? 0x2d : 0x2b
    two(page, Math.floor(east / 60))
    bytes[page.at++] = colon
    two(page, east % 60)
    return true
  }
}

const zero = 0x30
const colon = 0x3a

function two(page: Page, value: number): void {
  const tens = Math.floor(value / 10)
  page.bytes[page.at++] = zero + tens
  page.bytes[page.at++] = zero + (value - tens * 10)
}
