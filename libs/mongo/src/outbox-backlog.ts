import type { Collection } from 'mongodb'
import type { WithOutbox } from './outbox.ts'

/** Past this the exact number says nothing more, and counting costs. */
const countedAtMost = 100_000

/** How many documents of each collection have something unsaid; for the metrics. */
export const outboxBacklog =
  (collections: readonly Collection<WithOutbox>[]) =>
  (): Promise<[collection: string, documents: number][]> =>
    Promise.all(
      collections.map(async (collection) => [
        collection.collectionName,
        await collection.countDocuments(
          { outboxDue: { $exists: true } },
          { limit: countedAtMost, hint: 'outboxDue_1' },
        ),
      ]),
    )
