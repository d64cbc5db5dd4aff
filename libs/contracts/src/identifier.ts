import { Type } from 'typebox'

/**
 * What may stand where something is named: letters, digits, `-` and `_`, at most 64 of them.
 *
 * Narrow on purpose: an identifier travels in subjects, URLs, file names and log lines, and in none of them does it need
 * escaping. It also shuts the door on `../`, `$ne` and NUL before any code has to think of them.
 */
export const identifier = (description: string) =>
  Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$', description })

/** An instant in UTC, RFC 3339. */
export const instant = (description: string) => Type.String({ format: 'date-time', description })

/** A calendar day in the hospital's zone, `YYYY-MM-DD`; days that do not exist are refused. */
export const day = (description: string) => Type.String({ format: 'date', description })
