import { duplicateKey, type MongoStore } from '@rounds/mongo'
import { type IndexDescription, MongoServerError } from 'mongodb'

/** What stands under a name that nobody else in its collection may have: while it stands, its key is held by a unique index. */
export interface WithNameKey {
  readonly nameKey?: string
}

export const nameKeyIndex: IndexDescription = {
  key: { nameKey: 1 },
  unique: true,
  partialFilterExpression: { nameKey: { $exists: true } },
}

/** The same for all names that look the same: capitals, widths and spaces aside. */
export const nameKeyOf = (name: string): string =>
  name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()

/** Which key was there already, where that is why the database refused; any other error is thrown again. */
export function standingKey(error: unknown): 'identifier' | 'name' {
  if (error instanceof MongoServerError && error.code === duplicateKey)
    return 'nameKey' in Object(error.keyPattern) ? 'name' : 'identifier'
  throw error
}

/** Gives what was written before names were held its key. Of several of one name the first gets it; the others keep their name until they are changed. */
export async function holdNames(store: Pick<MongoStore, 'collection'>, collection: string): Promise<void> {
  const named = store.collection<WithNameKey & { readonly _id: string; readonly name: string }>(collection)
  const unheld = { nameKey: { $exists: false }, removedAt: { $exists: false } }
  for await (const { _id, name } of named.find(unheld, { projection: { name: 1 }, sort: { _id: 1 } })) {
    try {
      await named.updateOne({ _id, name, ...unheld }, { $set: { nameKey: nameKeyOf(name) } })
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === duplicateKey)) throw error
    }
  }
}
