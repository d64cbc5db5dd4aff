import {
  type CampaignDocument,
  type CampaignRecipientDocument,
  type DeliveryInput,
  type DeliveryOutcome,
  deliveryStateOf,
} from '@rounds/contracts'
import { MongoClient } from 'mongodb'

/** As the gateway keeps it: an address stands in a list once. */
type UploadedRow = CampaignRecipientDocument & { readonly key: string }

interface Stored {
  readonly _id: string
  readonly state: string
  readonly input: DeliveryInput
  readonly outcome?: DeliveryOutcome
}

/** Writes campaigns down as the gateway does, and reads what became of their mails; for the final comparison only. */
export async function mongoMailWitness(url: string) {
  const client = new MongoClient(url)
  const db = client.db()
  return {
    /** A mail to many that were uploaded, each at an address of its own. */
    async campaign(campaignId: string, recipients: number): Promise<void> {
      const rows = Array.from(
        { length: recipients },
        (_, n): UploadedRow => ({
          key: `reader-${n}@example.test`,
          _id: `${campaignId}-${String(n + 2).padStart(6, '0')}`,
          campaignId,
          row: n + 2,
          mail: `reader-${n}@example.test`,
          name: `Reader ${n}`,
          language: 'en',
          variables: {},
        }),
      )
      await db.collection<UploadedRow>('campaignRecipients').insertMany(rows)
      await db.collection<CampaignDocument>('campaigns').insertOne({
        _id: campaignId,
        name: 'Opening hours',
        state: 'sending',
        template: 'announcement',
        purpose: 'administrative',
        audience: { kind: 'upload' },
        texts: { en: { subject: 'New hours', body: 'Dear {{ recipientName }}, we open at eight.' } },
        expected: recipients,
        createdBy: 'demo-admin',
        createdAt: new Date(),
        correlationid: campaignId,
        version: 1,
        updatedAt: new Date(),
      })
    },
    async deliveries(campaignId: string) {
      const found = await db
        .collection<Stored>('deliveries')
        .find({ 'input.batchId': campaignId }, { projection: { state: 1, outcome: 1 } })
        .toArray()
      return found.map((work) => ({
        key: work._id,
        stands: deliveryStateOf(work),
        /** Absent while nobody has looked at a doubt. */
        code: work.outcome?.code,
      }))
    },
    /** Whether the list is made and all of it has an end, as the mailer says. */
    async isOver(campaignId: string): Promise<boolean> {
      return (await db.collection<Stored>('batches').findOne({ _id: campaignId }))?.state === 'done'
    },
    async ended(campaignId: string): Promise<number> {
      return db.collection<Stored>('deliveries').countDocuments({
        'input.batchId': campaignId,
        state: { $in: ['done', 'failed', 'in doubt', 'cancelled'] },
      })
    },
    close: () => client.close(),
  }
}
