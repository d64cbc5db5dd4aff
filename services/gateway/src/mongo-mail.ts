import type { PersonDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/ledger'
import { mongoAudiences, mongoMailFacts } from './mongo-audience.ts'
import { mongoCampaigns, type StoredCampaign } from './mongo-campaigns.ts'
import { mongoDeliveries } from './mongo-deliveries.ts'

/** Everything about mail that the gateway keeps or reads. `rung` is called once something has to be said. */
export function mongoMail(
  store: Pick<MongoStore, 'collection'>,
  { now, rung, zone }: { now: () => Date; rung: () => void; zone: string },
) {
  const people = store.collection<PersonDocument>('people')
  return {
    campaigns: mongoCampaigns(store.collection<StoredCampaign>('campaigns'), now, rung),
    deliveries: mongoDeliveries(store, now, rung),
    audiences: mongoAudiences(store, zone),
    mailFacts: mongoMailFacts(store),
    namesOf: async (personIds: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      const found = await people.find({ _id: { $in: [...personIds] } }, { projection: { name: 1 } }).toArray()
      return new Map(found.map(({ _id, name }) => [_id, name]))
    },
  }
}

/** Collections about mail whose documents say something. */
export const mailOutboxes = ['campaigns', 'resolutions'] as const
