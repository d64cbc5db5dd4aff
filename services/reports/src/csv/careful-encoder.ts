import type { CsvColumn, CsvEncoder, CsvOptions, Row, SetAside } from './encoder.ts'
import { cellReaders, json2csvEncoder } from './json2csv-encoder.ts'
import { BrokenBsonError, documentsIn } from './raw/bson-layout.ts'

/**
 * Reads a document into an object. Throws for bytes that are none and, when `strict`, for text that is not UTF-8 and for
 * what JavaScript has no word for.
 */
export type DocumentOf = (bytes: Uint8Array, strict: boolean) => Row

/** By way of objects, one document after the other: slow, and able to write whatever there is. */
export function carefulEncoder(
  columns: readonly CsvColumn[],
  options: CsvOptions,
  documentOf: DocumentOf,
): CsvEncoder & { encodeOne(document: Uint8Array): Uint8Array | SetAside } {
  const { header, encode: linesOf } = json2csvEncoder(columns, options)
  const cells = cellReaders(columns, options)

  function encodeOne(document: Uint8Array): Uint8Array | SetAside {
    const { row, isStrict } = read(document)
    const aside = (column: CsvColumn, reason: SetAside['reason']) => ({
      id: idOf(row),
      column: column.id,
      reason,
    })
    for (const [index, column] of columns.entries()) {
      try {
        const text = cells[index]?.(row)
        // Text elsewhere in the document may be broken as it likes.
        if (!isStrict && text?.includes('\u{fffd}')) return aside(column, 'the text is not UTF-8')
      } catch (error) {
        return aside(column, reasonOf(error))
      }
    }
    return linesOf([row])
  }

  function read(document: Uint8Array): { readonly row: Row; readonly isStrict: boolean } {
    try {
      return { row: documentOf(document, true), isStrict: true }
    } catch {
      return { row: leniently(document), isStrict: false }
    }
  }

  function leniently(document: Uint8Array): Row {
    try {
      return documentOf(document, false)
    } catch (cause) {
      throw new BrokenBsonError('a document cannot be read', { cause })
    }
  }

  return {
    header,
    encodeOne,
    encode(batch) {
      const lines: Uint8Array[] = []
      const setAside: SetAside[] = []
      for (const document of documentsIn(batch)) {
        const one = encodeOne(document)
        if (one instanceof Uint8Array) lines.push(one)
        else setAside.push(one)
      }
      return { bytes: Buffer.concat(lines), rows: lines.length, setAside }
    },
  }
}

/** Whatever a value throws is that row's affair, and no end of the file. */
function reasonOf(error: unknown): SetAside['reason'] {
  if (!(error instanceof RangeError)) return 'the value cannot be written'
  return error.message.includes('time value')
    ? 'the date is beyond all calendars'
    : 'the value is nested too deep'
}

/** It may be as odd as any value. */
function idOf({ _id }: Row): string {
  try {
    return String(_id ?? '')
  } catch {
    return ''
  }
}
