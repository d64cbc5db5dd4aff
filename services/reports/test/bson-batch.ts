import { BSON, type Document } from 'mongodb'

/** Documents as a server sends them. An array is, in BSON, a document whose fields are numbered. */
export const bsonBatch = (documents: readonly Document[]): Uint8Array => BSON.serialize({ ...documents })
