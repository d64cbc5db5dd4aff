import { type DeliveryState, deliveriesIn, deliveryState, deliveryStateOf } from '@rounds/contracts'
import { type MongoStore, outboxOf, type WithOutbox } from '@rounds/ledger'
import { type Filter, MongoServerError } from 'mongodb'
import {
  type Deliveries,
  type DeliverySearch,
  type KeptDelivery,
  noTally,
  type ResolutionDocument,
  recentMs,
  type Tally,
} from './deliveries.ts'
import { olderThan } from './mongo-page.ts'
import type { Principal } from './principal.ts'

type Stored = KeptDelivery & Partial<WithOutbox>

// The last move may be that somebody took it in hand; the one before says why it had waited.
const projection = { outbox: 0, outboxDue: 0, history: { $slice: -2 } } as const

/** Whose mails someone sees: the one place that says so. */
function reach({ role, personId }: Principal): Filter<Stored> {
  if (role === 'admin' || role === 'ops') return {}
  return { 'input.recipient.kind': 'person', 'input.recipient.id': personId }
}

/** The mailer's ledger, for reading, and what people decided about it. */
export function mongoDeliveries(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
  rung: () => void,
): Deliveries {
  const deliveries = store.collection<Stored>('deliveries')
  const resolutions = store.collection<ResolutionDocument & WithOutbox>('resolutions')

  return {
    one: async (_id, principal) =>
      (await deliveries.findOne<KeptDelivery>({ $and: [reach(principal), { _id }] }, { projection })) ??
      undefined,

    list: (principal, search, page) =>
      deliveries
        .find<KeptDelivery>(
          { $and: [reach(principal), wanted(search), olderThan('acceptedAt', page)] },
          { projection },
        )
        .sort({ acceptedAt: -1, _id: -1 })
        .limit(page.limit + 1)
        .toArray(),

    async tallies(batchIds) {
      const rows = await deliveries
        .aggregate<TallyRow>(
          [
            { $match: { 'input.batchId': { $in: [...batchIds] } } },
            {
              $group: {
                _id: {
                  batchId: '$input.batchId',
                  state: '$state',
                  kind: '$outcome.kind',
                  code: '$outcome.code',
                },
                count: { $sum: 1 },
                recent: {
                  $sum: { $cond: [{ $gte: ['$settledAt', new Date(now().getTime() - recentMs)] }, 1, 0] },
                },
              },
            },
          ],
          // Counted at one moment: what ends meanwhile would be met twice, or not at all.
          { readConcern: { level: 'snapshot' } },
        )
        .toArray()
      const byBatch = Map.groupBy(rows, ({ _id }) => _id.batchId)
      return new Map(batchIds.map((batchId) => [batchId, tallyOf(byBatch.get(batchId) ?? [])]))
    },

    unreached: (campaignId) =>
      deliveries.find<KeptDelivery>(
        {
          'input.batchId': campaignId,
          $or: (['failed', 'suppressed', 'in doubt', 'cancelled'] as const).map(deliveriesIn),
        },
        { projection, batchSize: 500 },
      ),

    async resolve(resolution, says) {
      try {
        await resolutions.insertOne({ ...resolution, ...outboxOf(says, now()) })
        rung()
        return resolution
      } catch (error) {
        if (!(error instanceof MongoServerError) || error.code !== 11_000) throw error
        return (await resolutions.findOne({ _id: resolution._id })) ?? resolution
      }
    },
  }
}

interface TallyRow {
  readonly _id: {
    readonly batchId: string
    readonly state: string
    readonly kind?: 'sent' | 'suppressed' | 'failed' | 'in doubt' | 'cancelled'
    readonly code?: string
  }
  readonly count: number
  readonly recent: number
}

function tallyOf(rows: readonly TallyRow[]): Tally {
  const standing = rows.map(({ _id: { state, kind, code }, count }) => ({
    state: deliveryStateOf({ state, ...(kind ? { outcome: { kind } } : {}) }),
    code,
    count,
  }))
  const sum = (among: readonly { readonly count: number }[]) =>
    among.reduce((total, { count }) => total + count, 0)
  const counts = Object.fromEntries(
    deliveryState.anyOf.map(({ const: one }) => [one, sum(standing.filter(({ state }) => state === one))]),
  ) as Record<DeliveryState, number>
  const unreached = standing.flatMap(({ state, code, count }) =>
    code !== undefined && state !== 'sent' ? [{ code, count }] : [],
  )
  const reasons = [...Map.groupBy(unreached, ({ code }) => code)]
    .map(([code, rows]) => ({ code, count: sum(rows) }))
    .toSorted((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1))
  return rows.length === 0
    ? noTally
    : { counts, reasons, recent: rows.reduce((total, { recent }) => total + recent, 0) }
}

function wanted({ state, template, batchId, recipientId, since, until }: DeliverySearch): Filter<Stored> {
  return {
    $and: [
      state ? deliveriesIn(state) : {},
      template === undefined ? {} : { 'input.template': template },
      batchId === undefined ? {} : { 'input.batchId': batchId },
      recipientId === undefined ? {} : { 'input.recipient.id': recipientId },
      since ? { acceptedAt: { $gte: since } } : {},
      until ? { acceptedAt: { $lt: until } } : {},
    ],
  }
}
