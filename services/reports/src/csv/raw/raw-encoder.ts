import { isMisreadIdentifier } from '@rounds/service/formula-guard'
import { carefulEncoder, type DocumentOf } from '../careful-encoder.ts'
import type { CsvEncoder, CsvOptions, FlatColumn, SetAside } from '../encoder.ts'
import { zoneClock } from '../zone-clock.ts'
import { bsonType, endOfDocument, int32At, startOfDocument } from './bson-layout.ts'
import { Page } from './byte-buffer.ts'
import { fieldTree } from './field-tree.ts'
import { locateValues, type Places } from './locate-values.ts'
import { instantWriter, type WriteInstant } from './write-instant.ts'
import { writeDecimal128, writeDouble, writeInt64, writeInteger } from './write-number.ts'
import { identifierGuard, textGuard, writeText } from './write-text.ts'

const comma = 0x2c
const leastRoom = 64 * 1_024

/**
 * BSON to CSV, byte to byte: each document is walked once and no object is made of it. Whatever is not as a column's type
 * lets expect, row by row, is left to the careful encoder, so that there is one opinion about it.
 */
export function rawEncoder(
  columns: readonly FlatColumn[],
  options: CsvOptions,
  documentOf: DocumentOf,
): CsvEncoder {
  const careful = carefulEncoder(columns, options, documentOf)
  const paths = [...new Set(columns.map(({ path }) => path))]
  const fields = fieldTree(paths)
  const places: Places = { types: new Uint8Array(paths.length), offsets: new Uint32Array(paths.length) }
  const writers = cellWriters(options)
  const cells = columns.map(({ type, path }) => ({ slot: paths.indexOf(path), write: writers[type] }))
  const page = new Page(leastRoom)

  function writeRow(batch: Uint8Array, at: number, end: number): boolean {
    if (!locateValues(fields, batch, at, end, places)) return false
    const start = page.at
    for (let i = 0; i < cells.length; i++) {
      const { slot, write } = cells[i] as (typeof cells)[number]
      page.room(4)
      if (i > 0) page.bytes[page.at++] = comma
      const type = places.types[slot] as number
      if (type === 0 || type === bsonType.null || type === bsonType.undefined) continue
      if (!write(page, batch, type, places.offsets[slot] as number)) return false
    }
    page.room(4)
    // A line that is empty altogether is skipped by most readers.
    if (cells.length === 1 && page.at === start) page.ascii('""')
    page.bytes[page.at++] = 0x0d
    page.bytes[page.at++] = 0x0a
    return true
  }

  return {
    header: careful.header,
    encode(batch) {
      const setAside: SetAside[] = []
      let rows = 0
      page.at = 0
      const last = endOfDocument(batch, 0, batch.length) - 1
      for (let at = 4; at < last; ) {
        const start = startOfDocument(batch, at, last)
        at = endOfDocument(batch, start, last)
        const line = page.at
        if (writeRow(batch, start, at)) {
          rows++
          continue
        }
        page.at = line
        const one = careful.encodeOne(batch.subarray(start, at))
        if (one instanceof Uint8Array) {
          page.put(one)
          rows++
        } else setAside.push(one)
      }
      return { bytes: page.bytes.subarray(0, page.at), rows, setAside }
    },
  }
}

/** Writes the value of a type at an offset. False for one that is for the careful encoder, whatever was written of it. */
type WriteCell = (page: Page, bytes: Uint8Array, type: number, at: number) => boolean

function cellWriters({ flavour, zone }: CsvOptions): Readonly<Record<FlatColumn['type'], WriteCell>> {
  const instant = instantWriter(flavour, zoneClock(zone))
  const [textual, identifying] = [textGuard(flavour), identifierGuard(flavour)]
  const text: WriteCell = (page, bytes, type, at) =>
    type === bsonType.string && writeText(page, bytes, at, textual)

  return {
    text,
    // As people read them, days are rearranged: seldom, so by the careful one.
    day: flavour === 'excel' ? () => false : text,
    identifier: (page, bytes, type, at) => {
      if (type === bsonType.objectId) return writeHex(page, bytes, at, flavour)
      return type === bsonType.string && writeText(page, bytes, at, identifying)
    },
    instant: (page, bytes, type, at) => type === bsonType.date && writeDate(instant, page, bytes, at),
    integer: writeNumber,
    decimal: writeNumber,
  }
}

const writeNumber: WriteCell = (page, bytes, type, at) => {
  if (type === bsonType.int32) writeInteger(page, int32At(bytes, at))
  else if (type === bsonType.decimal128) return writeDecimal128(page, bytes, at)
  else if (type === bsonType.int64) writeInt64(page, bytes, at)
  else if (type === bsonType.double) writeDouble(page, doubleAt(bytes, at))
  else return false
  return true
}

function writeDate(write: WriteInstant, page: Page, bytes: Uint8Array, at: number): boolean {
  return write(page, int32At(bytes, at + 4) * 2 ** 32 + (int32At(bytes, at) >>> 0))
}

const float = new Float64Array(1)
const floatBytes = new Uint8Array(float.buffer)

function doubleAt(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) floatBytes[i] = bytes[at + i] as number
  return float[0] as number
}

function writeHex(page: Page, bytes: Uint8Array, at: number, flavour: CsvOptions['flavour']): boolean {
  // A spreadsheet may take it for a number: there are some of digits alone, or with an `e` among them.
  if (flavour === 'excel' && isMisreadIdentifier(hexAt(bytes, at))) return false
  page.room(24)
  for (let i = at; i < at + 12; i++) {
    const byte = bytes[i] as number
    page.bytes[page.at++] = hexDigits[byte >>> 4] as number
    page.bytes[page.at++] = hexDigits[byte & 15] as number
  }
  return true
}

const hexAt = (bytes: Uint8Array, at: number) =>
  Buffer.from(bytes.buffer, bytes.byteOffset + at, 12).toString('hex')

const hexDigits = Buffer.from('0123456789abcdef')
