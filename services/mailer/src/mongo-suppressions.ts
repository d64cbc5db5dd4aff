import type { SuppressionDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import type { Suppressions } from './suppress-addresses/suppress.ts'

export function mongoSuppressions(
  store: Pick<MongoStore, 'collection'>,
): Suppressions & { prepare(): Promise<void> } {
  const suppressions = store.collection<SuppressionDocument>('suppressions')
  return {
    /** The gateway lists them newest first. */
    async prepare() {
      await suppressions.createIndex({ since: -1, _id: -1 })
    },
    async add({ _id, ...entry }, at) {
      await suppressions.updateOne(
        { _id },
        { $setOnInsert: { ...entry, since: at }, $max: { lastSeenAt: at } },
        { upsert: true },
      )
    },
    async lift(_id) {
      await suppressions.deleteOne({ _id })
    },
  }
}
