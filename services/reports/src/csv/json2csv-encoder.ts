import { Parser, type ParserOptions } from '@json2csv/plainjs'
import { quoted } from '@rounds/service/formula-guard'
import { cellTexts } from './cell.ts'
import { computedValues } from './computed-values.ts'
import type { CsvColumn, CsvOptions, Row } from './encoder.ts'

const eol = '\r\n'
const utf8 = new TextEncoder()

/**
 * Rows that are objects: for reports with computed columns, for what the raw encoder does not understand, and the oracle
 * that it is compared with. Throws `RangeError` for a date beyond all calendars.
 */
export function json2csvEncoder(columns: readonly CsvColumn[], options: CsvOptions) {
  const parser = new Parser<Row, Row>({ ...json2csvOptions(columns, options), header: false, withBOM: false })
  const heading = new Parser<Row, Row>(json2csvOptions(columns, options)).parse([])
  return {
    header: utf8.encode(heading + eol),
    encode: (batch: readonly Row[]) => utf8.encode(batch.length > 0 ? parser.parse([...batch]) + eol : ''),
  }
}

/**
 * Our columns and formatters in `@json2csv/plainjs`' words. What its `Parser` makes of documents with these options,
 * plus the final newline, is byte for byte the file.
 */
export function json2csvOptions(columns: readonly CsvColumn[], options: CsvOptions): ParserOptions<Row, Row> {
  const cells = cellReaders(columns, options)
  // A line that is empty altogether is skipped by most readers: alone in its line, even nothing has quotes.
  const alone = columns.length === 1
  const cell = (text: string) => (alone && text === '' ? '""' : quoted(text))
  return {
    fields: columns.map(({ header }, index) => ({ label: header, value: cells[index] as CellReader })),
    formatters: { string: cell, header: quoted },
    eol,
    // Without it, a row of nothing but empty cells would vanish.
    includeEmptyRows: true,
    withBOM: options.flavour === 'excel',
  }
}

/** What one column makes of a document, before quotes. */
export type CellReader = (row: Row) => string

export function cellReaders(columns: readonly CsvColumn[], options: CsvOptions): readonly CellReader[] {
  const texts = cellTexts(options)
  return columns.map((column) => {
    const read = 'computed' in column ? computedValues[column.computed].of : valueAt(column.path)
    const textOf = texts[column.type]
    return (row) => textOf(read(row))
  })
}

function valueAt(path: string): (row: Row) => unknown {
  const [first = '', ...rest] = path.split('.')
  return (row) => rest.reduce<unknown>((value, name) => (value as Row | null | undefined)?.[name], row[first])
}
