import { serveCsvThread } from './csv-thread.ts'
import { encoderFor } from './encoder-for.ts'
import { documentOf } from './mongo-documents.ts'

serveCsvThread((columns, options) => encoderFor(columns, options, documentOf))
