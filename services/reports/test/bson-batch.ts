import { BSON, type Document } from 'mongodb'

/** Documents as a server sends them. An array is, in BSON, a document whose fields are numbered. */
export const bsonBatch = (documents: readonly Document[]): Uint8Array => BSON.serialize({ ...documents })

/** The same, but every `BROKEN` is no longer UTF-8. */
export function spoilt(batch: Uint8Array): Uint8Array {
  const bytes = Buffer.from(batch)
  for (let at = bytes.indexOf('BROKEN'); at >= 0; at = bytes.indexOf('BROKEN')) bytes.set([0xc3, 0x28], at)
  return bytes
}
