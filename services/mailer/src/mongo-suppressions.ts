import type { SuppressionDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/ledger'
import type { Suppressions } from './suppress-addresses/suppress.ts'

export function mongoSuppressions(store: Pick<MongoStore, 'collection'>): Suppressions {
  const suppressions = store.collection<SuppressionDocument>('suppressions')
  return {
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
