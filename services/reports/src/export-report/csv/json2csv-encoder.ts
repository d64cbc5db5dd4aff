import { Parser, type ParserOptions } from '@json2csv/plainjs'
import { cellTexts } from './cell.ts'
import type { CsvColumn, CsvEncoder, CsvOptions, Row } from './encoder.ts'
import { quoted } from './formula-guard.ts'

const eol = '\r\n'
const utf8 = new TextEncoder()

/** The way for reports with computed columns, and the oracle that every faster encoder is compared with. */
export function json2csvEncoder(columns: readonly CsvColumn[], options: CsvOptions): CsvEncoder {
  const parser = new Parser<Row, Row>({ ...json2csvOptions(columns, options), header: false, withBOM: false })
  const heading = new Parser<Row, Row>(json2csvOptions(columns, options)).parse([])
  return {
    header: utf8.encode(heading + eol),
    encode: (batch) => utf8.encode(batch.length > 0 ? parser.parse([...batch]) + eol : ''),
  }
}

/**
 * Our columns and formatters in `@json2csv/plainjs`' words. What its `Parser` makes of documents with these options,
 * plus the final newline, is byte for byte the file.
 */
export function json2csvOptions(columns: readonly CsvColumn[], options: CsvOptions): ParserOptions<Row, Row> {
  const texts = cellTexts(options)
  // A line that is empty altogether is skipped by most readers: alone in its line, even nothing has quotes.
  const alone = columns.length === 1
  const cell = (text: string) => (alone && text === '' ? '""' : quoted(text))
  return {
    fields: columns.map(({ header, type, path }) => {
      const read = valueAt(path)
      const textOf = texts[type]
      return { label: header, value: (row: Row) => textOf(read(row)) }
    }),
    formatters: { string: cell, header: quoted },
    eol,
    // Without it, a row of nothing but empty cells would vanish.
    includeEmptyRows: true,
    withBOM: options.flavour === 'excel',
  }
}

function valueAt(path: string): (row: Row) => unknown {
  const [first = '', ...rest] = path.split('.')
  return (row) => rest.reduce<unknown>((value, name) => (value as Row | null | undefined)?.[name], row[first])
}
