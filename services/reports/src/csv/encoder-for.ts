import { carefulEncoder, type DocumentOf } from './careful-encoder.ts'
import type { CsvColumn, CsvEncoder, CsvOptions, FlatColumn } from './encoder.ts'
import { rawEncoder } from './raw/raw-encoder.ts'

/** The walk over bytes finds fields; as soon as one column is computed, an object is needed to compute it from. */
export function encoderFor(
  columns: readonly CsvColumn[],
  options: CsvOptions,
  documentOf: DocumentOf,
): CsvEncoder {
  return columns.every(isFlat)
    ? rawEncoder(columns, options, documentOf)
    : carefulEncoder(columns, options, documentOf)
}

const isFlat = (column: CsvColumn): column is FlatColumn => 'path' in column
