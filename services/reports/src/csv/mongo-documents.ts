import { createRequire } from 'node:module'
import type { DocumentOf } from './careful-encoder.ts'

// Loaded when the first odd document comes, if ever: each thread would pay 30 MB and a tenth of a second for it.
const load = createRequire(import.meta.url)
const driver = (): typeof import('mongodb') => load('mongodb')

/**
 * With the driver's own settings, so that a document looks as it does to everyone who reads with a cursor; but for regular
 * expressions that only the database understands, at which the driver gives up.
 */
export const documentOf: DocumentOf = (bytes, strict) =>
  driver().BSON.deserialize(bytes, { validation: { utf8: strict }, bsonRegExp: !strict })
