import type { FireDocument } from '@rounds/contracts'
import { duplicateKey, type MongoStore, outboxOf, type WithOutbox } from '@rounds/mongo'
import { MongoBulkWriteError } from 'mongodb'
import type { Fires } from './fire-store.ts'

type Stored = FireDocument & WithOutbox

const keepSeconds = 400 * 24 * 3_600

/** The ledger of fires: one document per occurrence, written once and never changed but for its outbox. */
export function mongoFires(
  store: Pick<MongoStore, 'collection'>,
  onSaid: () => void,
): Fires & { prepare(): Promise<void> } {
  const fires = store.collection<Stored>('fires')
  const projection = { outbox: 0, outboxDue: 0 } as const

  return {
    async prepare() {
      await fires.createIndexes([
        { key: { scheduleId: 1, due: -1 } },
        { key: { at: 1 }, expireAfterSeconds: keepSeconds },
      ])
    },

    async keep(decided) {
      const documents = decided.map(({ fire, says }) => ({ ...fire, ...outboxOf(says, fire.at) }))
      const known = await insertUnlessKnown(documents)
      if (known.size < decided.length) onSaid()
      return decided.flatMap(({ fire }, place) => (known.has(place) ? [] : [fire]))
    },

    async decidedUntil(scheduleId) {
      const last = await fires.findOne(
        { scheduleId, by: 'clock' },
        { projection: { due: 1 }, sort: { due: -1 } },
      )
      return last?.due
    },

    async lastFired(scheduleId, before) {
      const last = await fires.findOne<FireDocument>(
        { scheduleId, outcome: { $in: ['fired', 'late'] }, due: { $lt: before } },
        { projection, sort: { due: -1 } },
      )
      return last ?? undefined
    },
  }

  /** Answers the places of those that were there before. */
  async function insertUnlessKnown(documents: Stored[]): Promise<ReadonlySet<number>> {
    try {
      await fires.insertMany(documents, { ordered: false })
      return new Set()
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw error
      const refused = [error.writeErrors].flat()
      if (error.result.getWriteConcernError() || refused.some(({ code }) => code !== duplicateKey))
        throw error
      return new Set(refused.map(({ index }) => index))
    }
  }
}
