import {
  type BounceDocument,
  type MailDocument,
  type PersonDocument,
  publishedName,
  type ScheduleDocument,
  type SuppressionRequestDocument,
} from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import type { VisitToTell } from './mail-facts.ts'
import type { Wishes } from './wishes.ts'

/** What the gateway wrote down for us, in its published collections. */
export function mongoWishes(store: Pick<MongoStore, 'collection'>): Wishes {
  const one =
    <Row extends { readonly _id: string }>(name: string) =>
    async (_id: string): Promise<Row | undefined> =>
      ((await store
        .collection<{ _id: string }>(publishedName(name, 'mailer'))
        .findOne({ _id })) as Row | null) ?? undefined
  const person = one<PersonDocument>('people')
  const requests = store.collection<SuppressionRequestDocument>('suppressionRequests')
  return {
    mail: one<MailDocument>('mails'),
    schedule: one<ScheduleDocument>('schedules'),
    appointment: one<VisitToTell>('appointments'),
    bounce: one<BounceDocument>('bounces'),
    suppressionRequest: one<SuppressionRequestDocument>('suppressionRequests'),
    person,
    languageOf: async (personId) => (await person(personId))?.language ?? 'en',
    async newestSuppressionRequest(mail, after) {
      const [newest] = await requests
        .find({ mail, requestedAt: { $gt: after } })
        .sort({ requestedAt: -1, _id: -1 })
        .limit(1)
        .toArray()
      return newest
    },
  }
}
