import type { HospitalEvent } from '@rounds/contracts'
import type { Bus, Log } from '@rounds/messaging'
import type { Collection, Filter, UpdateFilter } from 'mongodb'
import { type OutboxEntry, outboxKeepMs, type WithOutbox } from './outbox.ts'
import { type Loop, rounds } from './rounds.ts'

export interface OutboxRelayOptions {
  readonly name: string
  readonly collections: readonly Collection<WithOutbox>[]
  readonly bus: Pick<Bus, 'publish' | 'incarnation'>
  readonly log: Log
  readonly pollEveryMs?: number
  /** How often it is asked whether the broker still is the one it was. */
  readonly askEveryMs?: number
  /** The most that is said again per second after the broker lost its memory; what is new does not wait for it. */
  readonly againPerSecond?: number
}

type Document = WithOutbox & { readonly _id: string }

const atOnce = 32
const perRound = 200
const heldBackMs = 30_000
const lookAgainMs = 5 * 60_000

/**
 * Publishes what stands in outboxes, each document's events in order, and marks them with the stream's incarnation.
 *
 * A crash between the two publishes again under the same id, which the stream knows. A new incarnation means that the
 * broker lost its memory: whatever is younger than a day becomes due again, behind everything new. Any number of
 * relays may share the work; ringing makes it quick, looking makes it sure.
 */
export function outboxRelay(options: OutboxRelayOptions): Loop {
  const { name, bus, log, pollEveryMs = 500, askEveryMs = 5_000, againPerSecond = 500 } = options
  // Identifiers are ours, so they are texts.
  const collections = options.collections as unknown as readonly Collection<Document>[]
  /** Documents with an event that the broker refuses, until when they are left alone. */
  const heldBack = new Map<string, number>()
  let prepared = false
  let incarnation: string | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY

  return rounds(name, log, async () => {
    if (!prepared) await Promise.all(collections.map(makeIndexes))
    prepared = true

    if (performance.now() - askedAt > askEveryMs) await ask()
    const found = await Promise.all(collections.map(dueIn))
    const due = found.flat().sort((a, b) => dueAt(a.document) - dueAt(b.document))
    if (due.length === 0) return pollEveryMs

    // Before publishing, never after: with a wipe in between, the mark must name the stream that is gone.
    const current = await ask()
    for (let next = 0; next < due.length; next += atOnce) {
      const ends = await Promise.allSettled(
        due.slice(next, next + atOnce).map((one) => deliver(one, current)),
      )
      const failed = ends.find((end) => end.status === 'rejected')
      if (failed) throw failed.reason
    }
    const onlyAgain = due.every(({ document }) => dueAt(document) > Date.now())
    return onlyAgain ? (due.length / againPerSecond) * 1_000 : 0
  })

  /** Which life of the stream this is; when it is a new one, what the old one had becomes due again. */
  async function ask(): Promise<string> {
    const current = await bus.incarnation()
    askedAt = performance.now()
    // Now and then also without a change: another relay may have marked something for a stream that was gone by then.
    if (current !== incarnation || askedAt - lookedAt > lookAgainMs) {
      const again = await Promise.all(collections.map((collection) => makeDueAgain(collection, current)))
      const count = again.reduce((sum, one) => sum + one, 0)
      if (count > 0) log.warn({ component: name, count }, 'the broker lost its memory: saying it again')
      incarnation = current
      lookedAt = askedAt
    }
    return current
  }

  async function dueIn(collection: Collection<Document>) {
    const now = performance.now()
    for (const [id, until] of heldBack) if (until < now) heldBack.delete(id)
    const filter: Filter<Document> = { outboxDue: { $exists: true }, _id: { $nin: [...heldBack.keys()] } }
    const projection = { outbox: 1, outboxDue: 1 }
    const documents = await collection
      .find(filter, { projection })
      .sort({ outboxDue: 1 })
      .limit(perRound)
      .toArray()
    return documents.map((document) => ({ collection, document }))
  }

  async function deliver(
    { collection, document }: { collection: Collection<Document>; document: Document },
    to: string,
  ) {
    const sent: string[] = []
    try {
      for (const event of toSay(document.outbox, to, new Date())) {
        await bus.publish(event)
        sent.push(event.id)
      }
    } catch (error) {
      // Away: the whole round ends here. There and refusing: only this document waits, with its order kept.
      await bus.incarnation()
      heldBack.set(document._id, performance.now() + heldBackMs)
      log.error({ component: name, key: document._id, error }, 'the broker refuses an event')
    } finally {
      await collection.updateOne({ _id: document._id }, marking(sent, to))
    }
  }
}

/** What the stream does not have: unsent events of any age, and young ones that only an earlier incarnation had. */
export function toSay(
  outbox: readonly OutboxEntry[],
  incarnation: string,
  now: Date,
): readonly HospitalEvent[] {
  const youngest = now.getTime() - outboxKeepMs
  return outbox
    .filter(({ sentTo, at }) => sentTo === undefined || (sentTo !== incarnation && at.getTime() >= youngest))
    .map(({ event }) => event)
}

const dueAt = ({ outboxDue }: Document) => outboxDue?.getTime() ?? 0

async function makeIndexes(collection: Collection<Document>): Promise<void> {
  await collection.createIndexes([
    { key: { outboxDue: 1 }, sparse: true },
    { key: { 'outbox.at': 1 }, sparse: true },
  ])
}

/** The same question as `toSay`, asked of a whole collection; due a day later than it was, behind everything new. */
async function makeDueAgain(collection: Collection<Document>, incarnation: string): Promise<number> {
  const young = { $gte: new Date(Date.now() - outboxKeepMs) }
  const forgotten = { at: young, sentTo: { $exists: true, $ne: incarnation } }
  const { modifiedCount } = await collection.updateMany(
    { outbox: { $elemMatch: forgotten }, outboxDue: { $exists: false } },
    [{ $set: { outboxDue: { $add: ['$$NOW', outboxKeepMs] } } }],
  )
  return modifiedCount
}

/**
 * Marks these events as sent and, in the same update, takes the document off the list unless something is left to say:
 * whatever was written meanwhile keeps it there.
 */
function marking(ids: readonly string[], incarnation: string): UpdateFilter<Document>[] {
  const isOneOfThem = { $in: ['$$entry.event.id', { $literal: ids }] }
  const marked = { $mergeObjects: ['$$entry', { sentTo: incarnation }] }
  const unsaid = {
    $or: [
      { $eq: [{ $type: '$$entry.sentTo' }, 'missing'] },
      {
        $and: [
          { $ne: ['$$entry.sentTo', incarnation] },
          { $gte: ['$$entry.at', { $subtract: ['$$NOW', outboxKeepMs] }] },
        ],
      },
    ],
  }
  const left = { $filter: { input: '$outbox', as: 'entry', cond: unsaid } }
  return [
    {
      $set: {
        outbox: { $map: { input: '$outbox', as: 'entry', in: { $cond: [isOneOfThem, marked, '$$entry'] } } },
      },
    },
    { $set: { outboxDue: { $cond: [{ $eq: [left, []] }, '$$REMOVE', '$outboxDue'] } } },
  ] as unknown as UpdateFilter<Document>[]
}
