import { strangerInText, strangerInWord } from '@rounds/contracts'
import { validateDetailed } from 'node-cron'

/** The five fields of an expression, in the order in which they are written. */
export const cronFields = ['minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const
export type CronField = (typeof cronFields)[number]

/** What is wrong with an expression, and in which of its fields. */
export interface ExpressionFault {
  readonly field: CronField | 'expression'
  readonly reason: string
}

/**
 * An expression that was found good. A day counts when its month, its day of the month and its weekday all fit, as in
 * node-cron: `0 9 13 * 5` means Friday the 13th. (Classic cron would run on the 13th and on every Friday.)
 */
export interface Cron {
  /** The five fields, one space between them; nicknames are written out. */
  readonly text: string
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly months: ReadonlySet<number>
  /** Days of the month, or `L`, `L-3`, `15W`, `LW`. */
  readonly days: readonly (number | string)[]
  /** Weekdays from 0, Sunday, or `5L`, `1#2`. */
  readonly weekdays: readonly (number | string)[]
  /** The hour is a wildcard or has steps: such an entry follows real time where clocks are changed. */
  readonly everyHour: boolean
}

export type ReadExpression =
  | { readonly cron: Cron; readonly faults?: never }
  | { readonly cron?: never; readonly faults: readonly ExpressionFault[] }

const longest = 100
const mostItems = 60

const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/**
 * Reads a cron expression that anybody may have written. It is looked at here before node-cron sees it, because
 * node-cron 4.6 writes ranges out before it checks their bounds: `0 0 1-100000000 * *` would end the process.
 */
export function readExpression(text: string): ReadExpression {
  if (text.length > longest) {
    return {
      faults: [{ field: fieldAt(text), reason: `goes beyond the ${longest} characters allowed in all` }],
    }
  }
  const spelled = nicknames[text.trim().toLowerCase()] ?? text
  const stranger = strangerInText(spelled) ?? oddSpaceIn(spelled)
  if (stranger)
    return { faults: [{ field: 'expression', reason: `has ${stranger}, which separates no fields` }] }
  const fields = spelled.split(/[ \t]+/).filter((field) => field !== '')
  if (fields.length !== cronFields.length)
    return { faults: [{ field: 'expression', reason: countOf(fields) }] }

  const hostile = cronFields.flatMap((field, index) => {
    const reason = harmIn(fields[index] ?? '')
    return reason ? [{ field, reason }] : []
  })
  if (hostile.length > 0) return { faults: hostile }

  const normal = fields.join(' ')
  const { fields: parsed, errors } = validateDetailed(normal)
  if (!parsed || errors.length > 0) return { faults: errors.map(({ field }) => faultIn(field)) }
  return {
    cron: {
      text: normal,
      minutes: ascending(parsed.minute),
      hours: ascending(parsed.hour),
      months: new Set(parsed.month),
      days: parsed.dayOfMonth,
      weekdays: parsed.dayOfWeek,
      everyHour: /[*/]/.test(fields[1] ?? '') || new Set(parsed.hour).size === 24,
    },
  }
}

/** A space that looks like one, or that cannot be seen: between fields stand spaces and tabs alone. */
const oddSpaceIn = (text: string) => strangerInWord(text.replaceAll(/[ \t]/g, '_'))

/** In which field the first character too many stands. */
function fieldAt(text: string): ExpressionFault['field'] {
  const before = text
    .slice(0, longest + 1)
    .trimStart()
    .split(/[ \t]+/)
  return cronFields[before.length - 1] ?? 'expression'
}

function countOf(fields: readonly string[]): string {
  if (fields.length === 6) return 'has six fields: seconds are not kept, write minute hour day month weekday'
  return `has ${fields.length} fields instead of five: minute hour day month weekday`
}

function harmIn(field: string): string | undefined {
  if (!/^[\d*/,\-?LW#A-Za-z]+$/.test(field)) return 'has a character that means nothing here'
  if (/\d{3}/.test(field)) return 'has a number of more than two digits'
  if (field.split(',').length > mostItems) return `lists more than ${mostItems} items`
  return undefined
}

const bounds: Readonly<Record<CronField, string>> = {
  minute: 'must be minutes from 0 to 59, as 30, 0,30, 0-10 or */5',
  hour: 'must be hours from 0 to 23, as 7, 7,19, 9-17 or */2',
  dayOfMonth: 'must be days from 1 to 31 that the months have, as 1, 1,15, 1-5, L or 15W',
  month: 'must be months from 1 to 12 or jan to dec',
  dayOfWeek: 'must be weekdays from 0 to 7 or sun to sat, as 1-5, mon, 5L or 1#2',
}

function faultIn(name: string): ExpressionFault {
  const field = cronFields.find((known) => known === name)
  return field ? { field, reason: bounds[field] } : { field: 'expression', reason: 'is no cron expression' }
}

const ascending = (values: readonly number[]) => [...new Set(values)].toSorted((one, other) => one - other)
