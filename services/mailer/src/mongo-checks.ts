import {
  type BatchInput,
  type BatchProgress,
  type CampaignDocument,
  type CheckDocument,
  type FireDocument,
  type MailDocument,
  publishedName,
  type SchedulePurpose,
} from '@rounds/contracts'
import type { WorkDocument } from '@rounds/ledger'
import { alsoSaying, type MongoStore, type WithOutbox } from '@rounds/mongo'
import type { BatchReach, CheckCompletenessDeps, Promised } from './check-completeness/check-completeness.ts'
import type { BatchCounts } from './list-recipients/list-recipients.ts'

const looked: SchedulePurpose[] = ['daily-reminders', 'monthly-activity', 'campaign', 'report']

/** A report that was called off was not missed, and one whose file is gone by now was there. */
const reached = ['done', 'expired', 'cancelled']

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
  const jobs = store.collection<{ _id: string; state: string; fireId?: string }>(
    publishedName('jobs', 'mailer'),
  )
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
          const expected = await expectedOf(batchId, { listed, isWhole })
          return { batchId, what: input.kind, expected, reached }
        }),
      )
    },

    async fires(since, until) {
      const due = await fires.find({ due: { $gte: since, $lt: until }, purpose: { $in: looked } }).toArray()
      const ids = { $in: due.map(({ _id }) => _id) }
      // One that waits for its approval has come, and no list is made before that.
      const known = [
        ...(await batches.distinct('_id', { _id: ids })),
        ...(await campaigns.distinct('_id', { _id: ids, state: 'awaiting approval' })),
        ...(await jobs.distinct('fireId', { fireId: ids, state: { $in: reached } })),
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
      await checks.updateOne({ _id }, [{ $set: { ...toLiteral(check), ...said } }], { upsert: true })
      if (says.length > 0) rung()
    },
  }

  /**
   * As many as were listed. Of an upload, whose rows do not change, as many as were counted when it was sent off: a lister that
   * leaves some out is found. Of a list that is not whole, that as well, and in any case one more than were listed.
   */
  async function expectedOf(
    batchId: string,
    { listed, isWhole }: { readonly listed: number; readonly isWhole: boolean },
  ): Promise<number> {
    const projection = { expected: 1, state: 1, audience: 1 } as const
    const campaign = await campaigns.findOne({ _id: batchId }, { projection })
    const counted = campaign?.expected ?? 0
    if (!isWhole) return Math.max(listed + 1, counted)
    const isFixed = campaign?.audience?.kind === 'upload' && campaign.state !== 'cancelled'
    return isFixed ? Math.max(listed, counted) : listed
  }
}

/** A text that begins with a dollar would be an expression. */
const toLiteral = (fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { $literal: value }]))
