import {
  type BounceDocument,
  type CheckDocument,
  type ConsentDocument,
  type SuppressionDocument,
  type SuppressionRequestDocument,
  usualConsent,
} from '@rounds/contracts'
import { duplicateKey, type MongoStore, outboxOf, type WithOutbox } from '@rounds/mongo'
import { type Collection, type Document, MongoServerError, type OptionalUnlessRequiredId } from 'mongodb'
import type { Bounces, Checks, Consents, Suppressions } from './suppressions.ts'

type Store = Pick<MongoStore, 'collection'>

export function mongoSuppressions(store: Store, now: () => Date, rung: () => void): Suppressions {
  const suppressions = store.collection<SuppressionDocument>('suppressions')
  const requests = store.collection<SuppressionRequestDocument & WithOutbox>('suppressionRequests')
  return {
    async list({ limit, position }, nameOf) {
      const after = position && new Date(position.after)
      if (after && Number.isNaN(after.getTime())) return []
      const rows: SuppressionDocument[] = []
      // Those of the same moment as the last row come again, and are passed over up to it: its address is in no cursor.
      let isPast = !after
      const found = suppressions
        .find(after ? { since: { $lte: after } } : {}, { batchSize: limit + 1 })
        .sort({ since: -1, _id: -1 })
      for await (const row of found) {
        if (!isPast && after && row.since < after) isPast = true
        if (isPast) rows.push(row)
        else if (nameOf(row._id) === position?.id) isPast = true
        if (rows.length > limit) break
      }
      return rows
    },
    has: async (key) => (await suppressions.countDocuments({ _id: key }, { limit: 1 })) > 0,
    async ask(wish, says) {
      const isNew = await insertOnce(requests, { ...wish, ...outboxOf(says, now()) })
      if (isNew) rung()
      return isNew
    },
  }
}

export function mongoConsents(store: Store, now: () => Date): Consents {
  const consents = store.collection<ConsentDocument>('consents')
  return {
    of: async (_id) => (await consents.findOne({ _id })) ?? undefined,
    async set(_id, change, via) {
      const whatHolds = Object.fromEntries(
        Object.entries({ ...usualConsent }).map(([purpose, usual]) => [
          purpose,
          change[purpose as keyof typeof usualConsent] ?? { $ifNull: [`$${purpose}`, usual] },
        ]),
      )
      // One write: two changes at once both stand.
      const write = () =>
        consents.findOneAndUpdate({ _id }, [{ $set: { ...whatHolds, updatedAt: now(), via } }], {
          upsert: true,
          returnDocument: 'after',
        })
      const written = await write().catch((error: unknown) => {
        // Two at once entered the same person: the second finds the first's.
        if (isDuplicate(error)) return write()
        throw error
      })
      if (!written) throw new Error('a consent that was just written is gone')
      return written
    },
  }
}

export function mongoBounces(store: Store, now: () => Date, rung: () => void): Bounces {
  const bounces = store.collection<BounceDocument & WithOutbox>('bounces')
  return {
    async add(bounce, says) {
      if (await insertOnce(bounces, { ...bounce, ...outboxOf(says, now()) })) rung()
    },
  }
}

export function mongoChecks(store: Store): Checks {
  const checks = store.collection<CheckDocument>('checks')
  return { latest: (limit) => checks.find().sort({ at: -1 }).limit(limit).toArray() }
}

async function insertOnce<T extends Document>(
  collection: Collection<T>,
  document: OptionalUnlessRequiredId<T>,
): Promise<boolean> {
  try {
    await collection.insertOne(document)
    return true
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}

const isDuplicate = (error: unknown) => error instanceof MongoServerError && error.code === duplicateKey
