export { type ComputedName, computedValues } from './computed-values.ts'
export type { CsvWriter, OpenCsv } from './csv-writer.ts'
export type { CsvColumn, CsvOptions, Lines, Row, SetAside } from './encoder.ts'
export { json2csvEncoder, json2csvOptions } from './json2csv-encoder.ts'
export {
  BrokenBsonError,
  bsonType,
  documentsIn,
  endOfDocument,
  endOfName,
  endOfValue,
} from './raw/bson-layout.ts'
export { isoWithOffset, type ZoneClock, zoneClock } from './zone-clock.ts'

import { csvThreads } from './csv-threads.ts'
import { mongoCsv } from './mongo-csv.ts'

/** Writers of CSV: small results are written at once, large ones in threads of low priority. */
export function csvWriters() {
  const threads = csvThreads(new URL('./mongo-csv-thread.ts', import.meta.url))
  return { threads, openCsv: mongoCsv(threads.open) }
}
