import { Type } from 'typebox'
import { Format } from 'typebox/format'

/**
 * What may stand where something is named: letters, digits, `-` and `_`, at most 64 of them.
 *
 * Narrow on purpose: an identifier travels in subjects, URLs, file names and log lines, and in none of them does it need
 * escaping. It also shuts the door on `../`, `$ne` and NUL before any code has to think of them.
 */
export const identifier = (description: string) =>
  Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$', description })

/**
 * Whether a text is an instant, RFC 3339, that `Date` reads and writes as one again. Leap seconds and the suffixes of RFC 9557
 * keep to the format, and `Date` reads neither; an offset may carry the last hours of 9999 into a year of five digits.
 */
export const isInstant = (text: string): boolean =>
  Format.IsDateTime(text) && /^\d{4}-/.test(isoOf(Date.parse(text)))

const isoOf = (ms: number) => (Number.isNaN(ms) ? '' : new Date(ms).toISOString())

/** Whether a text is a day of the calendar. */
export const isDay = (text: string): boolean => Format.IsDate(text)

Format.Set('date-time', isInstant)

/** An instant, RFC 3339, that `Date` can read. */
export const instant = (description: string) => Type.String({ format: 'date-time', description })

/** A calendar day in the hospital's zone, `YYYY-MM-DD`; days that do not exist are refused. */
export const day = (description: string) => Type.String({ format: 'date', description })
