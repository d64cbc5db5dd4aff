import type { CsvColumn, CsvEncoder, CsvOptions, Lines } from './encoder.ts'

/** An encoder that works elsewhere: a batch may be handed over before the lines of the one before have come back. */
export interface CsvWriter extends AsyncDisposable {
  readonly header: Uint8Array
  /** The batch is free again at once; the lines are the caller's own, and come in the order of the batches. */
  encode(batch: Uint8Array): Promise<Lines>
}

/** `isSmall`: all there is to write fits in one small batch. */
export type OpenCsv = (
  columns: readonly CsvColumn[],
  options: CsvOptions,
  isSmall?: boolean,
) => Promise<CsvWriter>

/** In this very thread: for tests, and for what is written sooner than another thread is told of it. */
export function csvHere(
  makeEncoder: (columns: readonly CsvColumn[], options: CsvOptions) => CsvEncoder,
): OpenCsv {
  return async (columns, options) => {
    const { header, encode } = makeEncoder(columns, options)
    return {
      header,
      async encode(batch) {
        const lines = encode(batch)
        return { ...lines, bytes: new Uint8Array(lines.bytes) }
      },
      [Symbol.asyncDispose]: async () => {},
    }
  }
}
