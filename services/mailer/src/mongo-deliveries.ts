import {
  type DeliveryBounce,
  type DeliveryInput,
  type DeliveryOutcome,
  type DeliveryState,
  deliverySearchIndexes,
  deliveryStateOf,
} from '@rounds/contracts'
import type { WorkDocument } from '@rounds/ledger'
import type { MongoStore } from '@rounds/mongo'
import type { BatchCounts } from './list-recipients/list-recipients.ts'
import type { Doubt } from './settle-doubts/settle-doubts.ts'

/** The ledger of deliveries, asked by how they stand. */
export interface DeliveryRows {
  prepare(): Promise<void>
  undecided(): Promise<readonly Doubt[]>
  counts(batchId: string): Promise<BatchCounts>
  /** Whether some of a batch have no end yet; told by an index, where counting reads them all. */
  hasOpen(batchId: string): Promise<boolean>
  /** Of a mail that was sent and is still the one named. A mail that came back failed; whatever came first stands. */
  noteBounce(key: string, messageId: string | undefined, bounce: DeliveryBounce): Promise<void>
  /** How many wait, by lane; for the metrics. */
  waiting(): Promise<[lane: string, count: number][]>
}

export function mongoDeliveries(store: Pick<MongoStore, 'collection'>): DeliveryRows {
  const deliveries = store.collection<WorkDocument<DeliveryInput, DeliveryOutcome>>('deliveries')
  const undecided = { state: 'in doubt', 'outcome.code': { $exists: false } } as const

  return {
    async prepare() {
      await deliveries.createIndexes([
        { key: { settledAt: 1 }, partialFilterExpression: { state: 'in doubt' } },
        // As small as what nobody has decided about.
        {
          key: { state: 1, 'outcome.code': 1 },
          partialFilterExpression: { state: 'in doubt' },
        },
        ...deliverySearchIndexes,
        // What a person has to look at, and what came back.
        {
          key: { 'outcome.bounce.kind': 1, acceptedAt: -1, _id: -1 },
          partialFilterExpression: { 'outcome.bounce.kind': { $exists: true } },
        },
        // The mail log: a period, in its order.
        { key: { acceptedAt: 1, _id: 1 } },
      ])
    },

    async undecided() {
      const found = await deliveries
        .find(undecided, { projection: { outbox: 0, history: 0 } })
        .limit(500)
        .toArray()
      return found.map(({ _id: key, input, outcome, interruptions = 0, cancelAsked }) => ({
        key,
        input,
        interruptions,
        cancelAsked,
        ...(outcome ? { outcome } : {}),
      }))
    },

    async noteBounce(_id, messageId, bounce) {
      const isReturned = bounce.kind === 'returned'
      await deliveries.updateOne(
        {
          _id,
          state: 'done',
          'outcome.kind': 'sent',
          // A person may have let it be sent anew since, under another id.
          ...(messageId === undefined ? {} : { 'outcome.messageId': messageId }),
          // What somebody has to look at does not hide that it came back.
          ...(isReturned ? {} : { 'outcome.bounce': { $exists: false } }),
        },
        {
          $set: {
            'outcome.bounce': bounce,
            ...(isReturned ? { 'outcome.kind': 'failed' as const, 'outcome.code': 'RETURNED' } : {}),
          },
        },
      )
    },

    hasOpen: async (batchId) =>
      (await deliveries.findOne(
        { 'input.batchId': batchId, state: { $in: ['waiting', 'claimed', 'sending'] } },
        { projection: { _id: 1 } },
      )) !== null,

    async counts(batchId) {
      const isUndecided = {
        $and: [{ $eq: ['$state', undecided.state] }, { $eq: [{ $type: '$outcome.code' }, 'missing'] }],
      }
      // One look at one moment: a delivery that ends meanwhile would be met twice, or not at all.
      const rows = await deliveries
        .aggregate<CountRow>(
          [
            { $match: { 'input.batchId': batchId } },
            {
              $group: {
                _id: { state: '$state', kind: '$outcome.kind', isUndecided },
                count: { $sum: 1 },
              },
            },
          ],
          { readConcern: { level: 'snapshot' } },
        )
        .toArray()
      const sum = (among: readonly CountRow[]) => among.reduce((sum, { count }) => sum + count, 0)
      const in_ = (state: DeliveryState) =>
        sum(rows.filter(({ _id: { state: work, kind } }) => stateOf(work, kind) === state))
      const doubted = sum(rows.filter(({ _id }) => _id.isUndecided))
      return {
        // A mail that a digest told of has reached its recipient.
        sent: in_('sent') + in_('merged'),
        suppressed: in_('suppressed'),
        failed: in_('failed'),
        inDoubt: in_('in doubt') - doubted,
        cancelled: in_('cancelled'),
        open: in_('waiting') + in_('sending') + doubted,
      }
    },

    waiting: () =>
      Promise.all(
        ['care', 'bulk', 'held'].map(
          async (lane): Promise<[string, number]> => [
            lane,
            await deliveries.countDocuments({ state: 'waiting', lane }, { limit: countedAtMost }),
          ],
        ),
      ),
  }
}

interface CountRow {
  readonly _id: {
    readonly state: string
    readonly kind?: DeliveryOutcome['kind']
    readonly isUndecided: boolean
  }
  readonly count: number
}

/** Past this the exact number says nothing more, and counting costs. */
const countedAtMost = 100_000

const stateOf = (state: string, kind: DeliveryOutcome['kind'] | undefined) =>
  deliveryStateOf({ state, ...(kind ? { outcome: { kind } } : {}) })
