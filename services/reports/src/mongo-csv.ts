import { encoderFor } from './export-report/csv/encoder-for.ts'
import { rememberedEncoders } from './export-report/csv/remembered-encoders.ts'
import { csvHere, type OpenCsv } from './export-report/csv-writer.ts'
import { documentOf } from './mongo-documents.ts'

/** What is small is written at once: telling a thread of it takes longer. The rest goes there, so that the loop stays free. */
export function mongoCsv(inThreads: OpenCsv): OpenCsv {
  const atOnce = csvHere(rememberedEncoders((columns, options) => encoderFor(columns, options, documentOf)))
  return (columns, options, isSmall) => (isSmall ? atOnce : inThreads)(columns, options)
}
