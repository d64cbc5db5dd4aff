import type { AnyBulkWriteOperation, Collection, Document, OptionalUnlessRequiredId } from 'mongodb'
import { bulk, ended, groups, refusedFor } from './bulk-write.ts'
import { groupCommit } from './group-commit.ts'

/**
 * Inserts one document at a time, as `insertOne` does, but those that come at once share one write. Each caller learns
 * of its own document: a taken key rejects with MongoDB's duplicate key error for whoever brought it, and only there.
 */
export function groupedInserts<T extends Document>(
  collection: Collection<T>,
): (document: OptionalUnlessRequiredId<T>) => Promise<void> {
  return groupCommit<OptionalUnlessRequiredId<T>, void>(
    async (documents) => {
      const [only] = documents
      if (only && documents.length === 1) {
        await collection.insertOne(only)
        return [ended(undefined)]
      }
      const { refused } = await bulk<T>(
        collection,
        documents.map((document) => ({ insertOne: { document } }) as AnyBulkWriteOperation<T>),
      )
      return documents.map((_, place) => {
        const reason = refused.get(place)
        return reason ? refusedFor(reason) : ended(undefined)
      })
    },
    // One batch on its way: with more, each holds fewer, and commands are what inserting costs.
    { ...groups, atOnce: 1, keyOf: (document) => document._id ?? document },
  )
}
