import { MongoClient } from 'mongodb'
import type { Said } from './said.ts'

interface Speaking {
  readonly outbox: ReadonlyArray<{
    readonly event: { readonly id: string; readonly type: string }
    readonly at: Date
    readonly sentTo?: string
  }>
  readonly outboxDue?: Date
}

/** Reads the outboxes of all collections, whoever writes them. */
export async function mongoOutboxesWitness(url: string) {
  const client = new MongoClient(url)
  const db = client.db()
  const found = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray()
  const own = found.filter(({ name }) => !name.startsWith('system.'))
  const collections = own.map(({ name }) => db.collection<Speaking>(name))
  return {
    /** How many documents still have something to say. */
    async due(): Promise<number> {
      const filter = { outboxDue: { $exists: true } }
      const counts = await Promise.all(collections.map((one) => one.countDocuments(filter)))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    /** Every event, but for those of documents that still have something to say. */
    async said(): Promise<readonly Said[]> {
      const filter = { 'outbox.event.id': { $exists: true }, outboxDue: { $exists: false } }
      const projection = { 'outbox.event.id': 1, 'outbox.event.type': 1, 'outbox.at': 1, 'outbox.sentTo': 1 }
      const documents = await Promise.all(
        collections.map((one) => one.find(filter, { projection }).toArray()),
      )
      const entries = documents.flat().flatMap(({ outbox }) => outbox)
      return entries.map(({ event: { id, type }, ...marked }) => ({ id, type, ...marked }))
    },
    async incarnations(): Promise<ReadonlySet<string>> {
      const kept = collections.filter(({ collectionName }) => collectionName.endsWith('Checkpoints'))
      return new Set((await Promise.all(kept.map((one) => one.distinct('incarnation')))).flat())
    },
    close: () => client.close(),
  }
}
