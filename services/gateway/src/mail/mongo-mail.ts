import type { CampaignRecipientDocument, PersonDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import { mongoAudiences, mongoMailFacts } from '../campaigns/mongo-audience.ts'
import { mongoCampaigns, type StoredCampaign } from '../campaigns/mongo-campaign-store.ts'
import { mongoRecipientLists } from '../campaigns/mongo-recipient-lists.ts'
import { mongoSenderTotals } from '../campaigns/mongo-sender-totals.ts'
import { mongoDeliveries } from './mongo-deliveries.ts'
import { mongoMails, type StoredMail } from './mongo-mails.ts'
import { mongoBounces, mongoChecks, mongoConsents, mongoSuppressions } from './mongo-suppressions.ts'

/** Everything about mail that the gateway keeps or reads. `rung` is called once something has to be said. */
export function mongoMail(
  store: Pick<MongoStore, 'collection'>,
  { now, rung, zone }: { now: () => Date; rung: () => void; zone: string },
) {
  const people = store.collection<PersonDocument>('people')
  const uploaded = store.collection<CampaignRecipientDocument>('campaignRecipients')
  return {
    campaigns: mongoCampaigns(store.collection<StoredCampaign>('campaigns'), now, rung),
    recipientLists: mongoRecipientLists(store),
    deliveries: mongoDeliveries(store, now, rung),
    mails: mongoMails(store.collection<StoredMail>('mails'), now, rung),
    audiences: mongoAudiences(store, zone),
    senderTotals: mongoSenderTotals(store),
    mailFacts: mongoMailFacts(store),
    suppressions: mongoSuppressions(store, now, rung),
    consents: mongoConsents(store, now),
    bounces: mongoBounces(store, now, rung),
    checks: mongoChecks(store),
    namesOf: async (personIds: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      const found = await people.find({ _id: { $in: [...personIds] } }, { projection: { name: 1 } }).toArray()
      return new Map(found.map(({ _id, name }) => [_id, name]))
    },
    activePerson: async (_id: string) =>
      (await people.findOne(
        { _id, active: true },
        { projection: { name: 1, language: 1, departmentId: 1 } },
      )) ?? undefined,
    uploadedRecipient: async (_id: string) =>
      (await uploaded.findOne({ _id }, { projection: { mail: 1 } })) ?? undefined,
  }
}

/** Collections about mail whose documents say something. */
export const mailOutboxes = ['campaigns', 'mails', 'resolutions', 'suppressionRequests', 'bounces'] as const
