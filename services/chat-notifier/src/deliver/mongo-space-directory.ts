import type { SpaceDocument } from '@rounds/contracts'
import { type MongoStore, sharedReads } from '@rounds/mongo'
import type { SpaceBook } from './space-directory.ts'

/** Longer than clocks of two gateways differ, and a write takes. */
const overlapMs = 15_000
/** What a clock hides all the same is found by reading everything. */
const wholeEveryMs = 10_000

/**
 * Keeps the spaces in memory, and asks before each answer what changed: a space that was saved hears of what happens a moment
 * later. Those who ask at the same moment share the question.
 */
export function mongoSpaceBook(store: Pick<MongoStore, 'collection'>, now: () => Date): SpaceBook {
  const spaces = store.collection<SpaceDocument>('spaces')
  const projection = { outbox: 0, outboxDue: 0 }
  let book = new Map<string, SpaceDocument>()
  let wholeAt = 0

  const look = sharedReads<{ readonly _id: string }>({
    async read() {
      const at = now().getTime()
      const isWhole = at - wholeAt > wholeEveryMs
      const since = isWhole ? {} : { updatedAt: { $gte: new Date(at - overlapMs) } }
      const found = await spaces.find(since, { projection }).toArray()
      if (isWhole) {
        book = new Map()
        wholeAt = at
      }
      for (const space of found) book.set(space._id, space)
      return []
    },
    keyOf: ({ _id }) => _id,
  })
  const one = sharedReads<SpaceDocument>({
    read: (ids) => spaces.find({ _id: { $in: [...ids] } }, { projection }).toArray(),
    keyOf: ({ _id }) => _id,
  })

  return {
    async all() {
      await look('changed')
      return book.values()
    },
    read: one,
  }
}
