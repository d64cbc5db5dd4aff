import type { CsvColumn, CsvEncoder, CsvOptions } from './encoder.ts'

type MakeEncoder = (columns: readonly CsvColumn[], options: CsvOptions) => CsvEncoder

/** A house has some reports and some roles; whoever picks columns one by one needs not be remembered. */
const remembered = 16

/**
 * The same encoder for the same columns: making one costs more than a small file. For where a file is encoded without a
 * pause, because the lines of one call are overwritten by the next.
 */
export function rememberedEncoders(make: MakeEncoder): MakeEncoder {
  const known = new Map<string, CsvEncoder>()
  return (columns, options) => {
    const key = JSON.stringify([columns, options])
    const encoder = known.get(key) ?? make(columns, options)
    known.delete(key)
    known.set(key, encoder)
    const [oldest] = known.keys()
    if (known.size > remembered && oldest !== undefined) known.delete(oldest)
    return encoder
  }
}
