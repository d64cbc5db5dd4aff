import type { MongoStore } from '@rounds/mongo'
import type { IndexDescription } from 'mongodb'

/** By collection. */
export type Indexes = Readonly<Record<string, readonly IndexDescription[]>>

interface Indexed {
  readonly indexes?: Indexes
  readonly afterIndexes?: () => Promise<void>
}

/** Makes what is missing of the modules' indexes; what stands costs a look. */
export async function ensureIndexes(
  store: Pick<MongoStore, 'collection'>,
  modules: readonly Indexed[],
): Promise<void> {
  for (const { indexes = {}, afterIndexes } of modules) {
    for (const [collection, wanted] of Object.entries(indexes)) {
      await store.collection(collection).createIndexes([...wanted])
    }
    await afterIndexes?.()
  }
}
