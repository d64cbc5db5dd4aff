import type {
  BatchInput,
  BatchProgress,
  CampaignDocument,
  CheckDocument,
  FireDocument,
  MailDocument,
  SchedulePurpose,
} from '@rounds/contracts'
import { alsoSaying, type MongoStore, type WithOutbox, type WorkDocument } from '@rounds/ledger'
import type { BatchReach, CheckCompletenessDeps, Promised } from './check-completeness/check-completeness.ts'
import type { BatchCounts } from './list-recipients/list-recipients.ts'

const ours: SchedulePurpose[] = ['daily-reminders', 'monthly-activity', 'campaign']

/** What was promised on a day and what came of it, read from what everybody wrote down. */
export function mongoChecks(
  store: Pick<MongoStore, 'collection'>,
  countsOf: (batchId: string) => Promise<BatchCounts>,
  rung: () => void,
): Pick<CheckCompletenessDeps, 'batches' | 'fires' | 'mails' | 'keep'> & { prepare(): Promise<void> } {
  const batches = store.collection<WorkDocument<BatchInput, BatchProgress>>('batches')
  const campaigns = store.collection<CampaignDocument>('campaigns')
  const fires = store.collection<FireDocument>('fires')
  const mails = store.collection<MailDocument>('mails')
  const deliveries = store.collection('deliveries')
  const checks = store.collection<CheckDocument & WithOutbox>('checks')

  return {
    /** The gateway shows the latest. */
    async prepare() {
      await checks.createIndex({ at: -1 })
    },

    async batches(since, until) {
      const found = await batches
        .find({ acceptedAt: { $gte: since, $lt: until } }, { projection: { outbox: 0, history: 0 } })
        .toArray()
      return Promise.all(
        found.map(async ({ _id: batchId, input, outcome, state }): Promise<BatchReach> => {
          const { open: _, ...ends } = await countsOf(batchId)
          const reached = Object.values(ends).reduce((sum, count) => sum + count, 0)
          const listed = outcome?.listed ?? 0
          const isWhole = outcome?.isListed === true || state === 'cancelled'
          const expected = isWhole ? listed : await counted(batchId, listed)
          return { batchId, what: input.kind, expected, reached }
        }),
      )
    },

    async fires(since, until) {
      const due = await fires.find({ due: { $gte: since, $lt: until }, purpose: { $in: ours } }).toArray()
      const ids = { $in: due.map(({ _id }) => _id) }
      // One that waits for its approval has come, and no list is made before that.
      const known = [
        ...(await batches.distinct('_id', { _id: ids })),
        ...(await campaigns.distinct('_id', { _id: ids, state: 'awaiting approval' })),
      ]
      return due
        .filter(({ outcome }) => outcome !== 'skipped')
        .map(({ _id: id, purpose }): Promised => ({ id, what: purpose, hasCome: known.includes(id) }))
    },

    async mails(since, until) {
      const asked = await mails
        .find({ requestedAt: { $gte: since, $lt: until } }, { projection: { _id: 1 } })
        .toArray()
      const known = new Set(
        await deliveries.distinct('input.batchId', { 'input.batchId': { $in: asked.map(({ _id }) => _id) } }),
      )
      return asked.map(({ _id: id }) => ({ id, what: 'single', hasCome: known.has(id) }))
    },

    async keep({ _id, ...check }, says) {
      const said = says.length > 0 ? alsoSaying(says) : { outbox: { $ifNull: ['$outbox', []] } }
      await checks.updateOne({ _id }, [{ $set: { ...literally(check), ...said } }], { upsert: true })
      if (says.length > 0) rung()
    },
  }

  /** As many as were counted when it was sent off, and in any case one more than were listed: the list is not whole. */
  async function counted(batchId: string, listed: number): Promise<number> {
    const campaign = await campaigns.findOne({ _id: batchId }, { projection: { expected: 1 } })
    return Math.max(listed + 1, campaign?.expected ?? 0)
  }
}

/** A text that begins with a dollar would be an expression. */
const literally = (fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { $literal: value }]))
