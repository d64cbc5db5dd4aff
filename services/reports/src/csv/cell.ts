import type { ColumnType } from '@rounds/contracts/http'
import { guarded, guardedIdentifier } from '@rounds/service/formula-guard'
import type { CsvOptions } from './encoder.ts'
import { plainDecimal } from './plain-decimal.ts'
import { isoWithOffset, readableDay, readableTime, zoneClock } from './zone-clock.ts'

/** What one value looks like in its column, before quotes. */
export type CellText = (value: unknown) => string

/**
 * How each type of column writes its values. Nothing (`null`, `undefined`) is empty everywhere. A value that is not of
 * its column's kind is written as text, guard included: a column called `integer` is no proof against `=HYPERLINK(…)`.
 * A date that JavaScript cannot hold throws `RangeError`: an empty cell would be a lie.
 */
export function cellTexts({ flavour, zone }: CsvOptions): Readonly<Record<ColumnType, CellText>> {
  const clock = zoneClock(zone)
  const instant = flavour === 'excel' ? readableTime : isoWithOffset
  const day = flavour === 'excel' ? readableDay : (text: string) => text
  const text: CellText = (value) => guarded(anyText(value), flavour)
  const number: CellText = (value) => (isNumber(value) ? plainDecimal(String(value)) : text(value))

  return {
    text,
    identifier: (value) => guardedIdentifier(anyText(value), flavour),
    instant: (value) => (value instanceof Date ? instant(value, clock) : text(value)),
    day: (value) => (typeof value === 'string' && isDay.test(value) ? day(value) : text(value)),
    integer: number,
    decimal: number,
  }
}

const isDay = /^\d{4}-\d{2}-\d{2}$/

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  isBson(value, 'Long', 'Decimal128', 'Int32', 'Double')

function anyText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object') return String(value)
  if (isBson(value, 'BSONRegExp')) return expressionText(value as { pattern: string; options: string })
  return '_bsontype' in value ? String(value) : JSON.stringify(value)
}

/** As JavaScript writes its own; this is one that JavaScript cannot have. */
const expressionText = ({ pattern, options }: { readonly pattern: string; readonly options: string }) =>
  `/${pattern}/${options}`

/** BSON's own types by their mark: formatters run where no database driver is. */
function isBson(value: unknown, ...types: readonly string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_bsontype' in value &&
    types.includes(String(value._bsontype))
  )
}
