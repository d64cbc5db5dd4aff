import type { ColumnType } from '@rounds/contracts/http'

/** A document, or the projected part of one. */
export type Row = Readonly<Record<string, unknown>>

/** A column of a file: its title, how its values are written, and where in the document they stand (`patient.name`). */
export interface CsvColumn {
  readonly id: string
  readonly header: string
  readonly type: ColumnType
  readonly path: string
}

export interface CsvOptions {
  /** `excel` adds a byte order mark and writes dates as people read them. */
  readonly flavour: 'standard' | 'excel'
  /** IANA zone that instants are written in. */
  readonly zone: string
}

/**
 * Turns documents into the bytes of a CSV file: `header`, then `encode` of each batch, put one after the other.
 *
 * The same documents give the same bytes however they were cut into batches, and whichever encoder was asked: that is
 * how a faster one is proved right.
 */
export interface CsvEncoder {
  readonly header: Uint8Array
  encode(batch: readonly Row[]): Uint8Array
}

export type MakeCsvEncoder = (columns: readonly CsvColumn[], options: CsvOptions) => CsvEncoder
