import { BSON } from 'mongodb'
import type { DocumentOf } from './export-report/csv/careful-encoder.ts'

/** With the driver's own settings, so that a document looks as it does to everyone who reads with a cursor. */
export const documentOf: DocumentOf = (bytes, strict) =>
  BSON.deserialize(bytes, { validation: { utf8: strict } })
