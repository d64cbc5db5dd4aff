import {
  type DeliveryOutcome,
  type DeliveryState,
  deliveriesIn,
  deliverySearchCollation,
  deliveryState,
  deliveryStateOf,
  type PersonDocument,
} from '@rounds/contracts'
import { duplicateKey, type MongoStore, outboxOf, type WithOutbox } from '@rounds/mongo'
import { type CollationOptions, type Filter, MongoServerError } from 'mongodb'
import { olderThan, type Principal } from '../http/index.ts'
import {
  type Deliveries,
  type DeliverySearch,
  type KeptDelivery,
  laterMs,
  noTally,
  type ResolutionDocument,
  recentMs,
  sliceMs,
  type Tally,
} from './deliveries.ts'

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
  const people = store.collection<PersonDocument>('people')
  const resolutions = store.collection<ResolutionDocument & WithOutbox>('resolutions')

  const newest = (where: Filter<Stored>[], limit: number, collation?: CollationOptions) =>
    deliveries
      .find<KeptDelivery>({ $and: where }, { projection, ...(collation ? { collation } : {}) })
      .sort({ acceptedAt: -1, _id: -1 })
      .limit(limit)
      .toArray()

  async function addressees(address: string, { isExact }: DeliverySearch): Promise<Filter<Stored>> {
    const found = await people
      .find(
        { mail: like(address, isExact) },
        { projection: { _id: 1 }, collation: deliverySearchCollation, limit: mostAddressees },
      )
      .toArray()
    return { 'input.recipient.id': { $in: found.map(({ _id }) => _id) } }
  }

  return {
    one: async (_id, principal) =>
      (await deliveries.findOne<KeptDelivery>({ $and: [reach(principal), { _id }] }, { projection })) ??
      undefined,

    async list(principal, search, page) {
      const where = [reach(principal), wanted(search), olderThan('acceptedAt', page)]
      const texts = textual(search)
      if (!texts) return newest(where, page.limit + 1)
      const found = [newest([...where, texts], page.limit + 1, deliverySearchCollation)]
      // What has not left yet has no address: it is read at the moment of sending.
      if (search.address !== undefined && search.subject === undefined) {
        const { address: _, ...others } = search
        const unsent = [
          ...where,
          { 'outcome.to': { $exists: false } },
          await addressees(search.address, search),
        ]
        const named = textual(others)
        found.push(
          named
            ? newest([...unsent, named], page.limit + 1, deliverySearchCollation)
            : newest(unsent, page.limit + 1),
        )
      }
      return (await Promise.all(found))
        .flat()
        .toSorted(newestFirst)
        .slice(0, page.limit + 1)
    },

    async tallies(batchIds) {
      const at = now().getTime()
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
                  slice: sliceOfEnd(new Date(at - recentMs)),
                },
                count: { $sum: 1 },
                later: { $sum: { $cond: [waitsUntilAfter(new Date(at + laterMs)), 1, 0] } },
                relayAwayAt: { $max: relayAwayAt },
                sentAt: { $max: { $cond: [{ $eq: ['$outcome.kind', 'sent'] }, '$settledAt', null] } },
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
        if (!(error instanceof MongoServerError) || error.code !== duplicateKey) throw error
        return (await resolutions.findOne({ _id: resolution._id })) ?? resolution
      }
    },
  }
}

/** People whose address begins so; more than a page of mails would show. */
const mostAddressees = 200

/** What a collation sorts behind every other character, so that a range holds whatever begins so and an index serves it. */
const last = '\uffff'

const like = (text: string, isExact = false) => (isExact ? text : { $gte: text, $lt: `${text}${last}` })

/** Nothing when no text is looked for. */
function textual({ address, name, subject, isExact }: DeliverySearch): Filter<Stored> | undefined {
  const found: Filter<Stored>[] = [
    ...(address === undefined ? [] : [{ 'outcome.to': like(address, isExact) }]),
    ...(name === undefined ? [] : [{ 'input.recipient.name': like(name, isExact) }]),
    ...(subject === undefined ? [] : [{ 'outcome.subject': like(subject, isExact) }]),
  ]
  return found.length > 0 ? { $and: found } : undefined
}

const newestFirst = (one: KeptDelivery, other: KeptDelivery) =>
  momentOf(other) - momentOf(one) || (one._id < other._id ? 1 : -1)

/** A damaged record has none. */
const momentOf = ({ acceptedAt }: Partial<KeptDelivery>) => acceptedAt?.getTime?.() ?? 0

interface TallyRow {
  readonly _id: {
    readonly batchId: string
    readonly state: string
    readonly kind?: DeliveryOutcome['kind']
    readonly code?: string
    /** Of the last half minute, in which it ended; none of earlier ends. */
    readonly slice: number | null
  }
  readonly count: number
  readonly later: number
  readonly relayAwayAt: Date | null
  readonly sentAt: Date | null
}

const sliceOfEnd = (since: Date) => ({
  $cond: [
    { $gte: ['$settledAt', since] },
    { $floor: { $divide: [{ $subtract: ['$settledAt', since] }, sliceMs] } },
    null,
  ],
})

const waitsUntilAfter = (time: Date) => ({
  $and: [{ $eq: ['$state', 'waiting'] }, { $gt: ['$nextAttemptAt', time] }],
})

/** When the mailer gave this one back because the relay took none: `relay away`, `relay login` and their like, as its ledger says. */
const relayAwayAt = {
  $cond: [
    { $and: [{ $in: ['$state', ['waiting', 'claimed']] }, { $gt: ['$fence', 0] }] },
    {
      $let: {
        vars: { last: { $last: { $filter: { input: '$history', cond: { $gt: ['$$this.reason', null] } } } } },
        in: {
          $cond: [{ $eq: [{ $indexOfBytes: ['$$last.reason', 'relay '] }, 0] }, '$$last.at', null],
        },
      },
    },
    null,
  ],
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
  if (rows.length === 0) return noTally
  const latest = (times: readonly (Date | null)[]) =>
    times.reduce((one, other) => (one && (!other || one > other) ? one : other), null)
  const [awayAt, sentAt] = [latest(rows.map((row) => row.relayAwayAt)), latest(rows.map((row) => row.sentAt))]
  return {
    counts,
    reasons,
    // What ended while it was counted belongs to the last.
    ends: [...Array(recentMs / sliceMs).keys()].map((slice, _at, { length }) =>
      sum(rows.filter(({ _id }) => _id.slice !== null && Math.min(_id.slice, length - 1) === slice)),
    ),
    later: rows.reduce((total, { later }) => total + later, 0),
    ...(awayAt ? { relayAwayAt: awayAt } : {}),
    ...(sentAt ? { sentAt } : {}),
  }
}

function wanted({
  state,
  template,
  batchId,
  recipientId,
  digestId,
  bounce,
  since,
  until,
}: DeliverySearch): Filter<Stored> {
  return {
    $and: [
      state ? deliveriesIn(state) : {},
      template === undefined ? {} : { 'input.template': template },
      batchId === undefined ? {} : { 'input.batchId': batchId },
      recipientId === undefined ? {} : { 'input.recipient.id': recipientId },
      digestId === undefined ? {} : { 'outcome.digestId': digestId },
      bounce === undefined ? {} : { 'outcome.bounce.kind': bounce },
      since ? { acceptedAt: { $gte: since } } : {},
      until ? { acceptedAt: { $lt: until } } : {},
    ],
  }
}
