import {
  type AppointmentDocument,
  type Audience,
  type CampaignRecipientDocument,
  deliveriesIn,
  type PersonDocument,
  peopleOf,
} from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import { daysBounds } from '@rounds/schedule'
import type { Filter } from 'mongodb'
import type { KeptDelivery } from '../mail/index.ts'
import type { Audiences, Recipient } from './audience.ts'

const batchSize = 500
// By itself the driver takes 16 MB at once, and unpacks them in one go while everybody else waits.
const options = { batchSize }

/** Whom campaigns are for, from what the hospital knows, what was uploaded, and what became of earlier ones. */
export function mongoAudiences(store: Pick<MongoStore, 'collection'>, zone: string): Audiences {
  const people = store.collection<PersonDocument>('people')
  const appointments = store.collection<AppointmentDocument>('appointments')
  const uploaded = store.collection<CampaignRecipientDocument>('campaignRecipients')
  const deliveries = store.collection<KeptDelivery>('deliveries')

  return {
    async count({ _id, audience }) {
      if (audience.kind === 'upload') return uploaded.countDocuments({ campaignId: _id })
      if (audience.kind === 'failed of') return deliveries.countDocuments(failedOf(audience.campaignId))
      const filters = peopleOf(audience, daysBounds(audience, zone))
      if (!filters.visits) return people.countDocuments(filters.people)
      let count = 0
      for await (const batch of peopleBatches(audience)) count += batch.length
      return count
    },

    async *batches({ _id, audience }) {
      if (audience.kind === 'people') {
        for await (const batch of peopleBatches(audience)) yield batch.map(asRecipient)
      } else if (audience.kind === 'upload') {
        const rows = uploaded.find({ campaignId: _id }, options).sort({ row: 1 })
        for await (const batch of inBatches(rows)) yield batch.map(asUploaded)
      } else {
        for await (const batch of inBatches(deliveries.find(failedOf(audience.campaignId), options))) {
          yield await recipientsOf(batch)
        }
      }
    },
  }

  async function* peopleBatches(audience: Extract<Audience, { kind: 'people' }>) {
    const filters = peopleOf(audience, daysBounds(audience, zone))
    for await (const batch of inBatches(people.find(filters.people, options).sort({ _id: 1 }))) {
      if (!filters.visits) {
        yield batch
        continue
      }
      const here = { ...filters.visits, 'patient.id': { $in: batch.map(({ _id }) => _id) } }
      const visitors = new Set(await appointments.distinct('patient.id', here as Filter<AppointmentDocument>))
      yield batch.filter(({ _id }) => visitors.has(_id))
    }
  }

  /** As they are known today: a corrected address is the reason to try again. */
  async function recipientsOf(batch: readonly KeptDelivery[]): Promise<Recipient[]> {
    const idsOf = (kind: 'person' | 'upload') =>
      batch.flatMap(({ input }) => (input.recipient.kind === kind ? [input.recipient.id] : []))
    const [known, rows] = await Promise.all([
      people.find({ _id: { $in: idsOf('person') }, active: true }).toArray(),
      uploaded.find({ _id: { $in: idsOf('upload') } }).toArray(),
    ])
    return [...known.map(asRecipient), ...rows.map(asUploaded)]
  }
}

const failedOf = (campaignId: string) =>
  ({ 'input.batchId': campaignId, ...deliveriesIn('failed') }) as Filter<KeptDelivery>

const asRecipient = ({ _id, name, mail = '', language, zone, departmentId }: PersonDocument): Recipient => ({
  kind: 'person',
  id: _id,
  name,
  mail,
  language,
  zone,
  ...(departmentId ? { departmentId } : {}),
})

const asUploaded = ({ _id, row, name, mail, language, variables }: CampaignRecipientDocument): Recipient => ({
  kind: 'upload',
  id: _id,
  name,
  mail,
  language,
  row,
  columns: variables,
})

async function* inBatches<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let batch: Row[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
