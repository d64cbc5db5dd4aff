import type { ColumnType } from '@rounds/contracts/http'
import type { ComputedName } from './computed-values.ts'

/** A document, or the projected part of one. */
export type Row = Readonly<Record<string, unknown>>

/** A column of a file: its title, how its values are written, and where they come from. */
export type CsvColumn = FlatColumn | ComputedColumn

interface AnyColumn {
  readonly id: string
  readonly header: string
  readonly type: ColumnType
}

export interface FlatColumn extends AnyColumn {
  /** Where in the document the values stand (`patient.name`). */
  readonly path: string
}

export interface ComputedColumn extends AnyColumn {
  /** By name, since columns travel to another thread and functions cannot. */
  readonly computed: ComputedName
}

export interface CsvOptions {
  /** `excel` adds a byte order mark and writes dates as people read them. */
  readonly flavour: 'standard' | 'excel'
  /** IANA zone that instants are written in. */
  readonly zone: string
}

/** A document that has no line in the file, and the column that is the reason. Its value is nobody's business here. */
export interface SetAside {
  /** The document's `_id`. */
  readonly id: string
  readonly column: string
  readonly reason:
    | 'the text is not UTF-8'
    | 'the date is beyond all calendars'
    | 'the value is nested too deep'
    | 'the value cannot be written'
}

/** The lines of one batch. */
export interface Lines {
  readonly bytes: Uint8Array
  readonly rows: number
  readonly setAside: readonly SetAside[]
}

/**
 * Turns documents into the bytes of a CSV file: `header`, then the lines of each batch, put one after the other. A batch
 * is a BSON array, as the database sends it. Throws `BrokenBsonError` for bytes that are none.
 *
 * The same documents give the same bytes however they were cut into batches, and whichever encoder was asked: that is
 * how a faster one is proved right. A document that cannot be written is set aside by all of them.
 */
export interface CsvEncoder {
  readonly header: Uint8Array
  /** The lines stay as they are until the next call. */
  encode(batch: Uint8Array): Lines
}
