import { csvHere, type OpenCsv } from './csv-writer.ts'
import { rememberedEncoders } from './encoder-cache.ts'
import { encoderFor } from './encoder-for.ts'
import { documentOf } from './mongo-documents.ts'

/** What is small is written at once: telling a thread of it takes longer. The rest goes there, so that the loop stays free. */
export function mongoCsv(inThreads: OpenCsv): OpenCsv {
  const atOnce = csvHere(rememberedEncoders((columns, options) => encoderFor(columns, options, documentOf)))
  return (columns, options, isSmall) => (isSmall ? atOnce : inThreads)(columns, options)
}
