import type { HospitalEvent } from '@rounds/contracts'
import { type Log, type Loop, pollLoop } from '@rounds/kernel'
import type { Bus } from '@rounds/messaging'
import type { Collection, Filter, UpdateFilter } from 'mongodb'
import { type OutboxEntry, outboxKeepMs, type WithOutbox } from './outbox.ts'
import type { Seen, StreamIncarnation } from './stream-incarnation.ts'

export interface OutboxRelayOptions {
  readonly name: string
  readonly collections: readonly Collection<WithOutbox>[]
  readonly bus: Pick<Bus, 'publish' | 'publishAll' | 'streamState'>
  /** Of the one stream that all of these outboxes are published to. */
  readonly incarnation: Pick<StreamIncarnation, 'stream' | 'look' | 'confirm' | 'acknowledged'>
  readonly log: Log
  readonly pollEveryMs?: number
  /** How often it is asked whether the broker still is the one it was. */
  readonly askEveryMs?: number
  /** The most that is said again per second after the broker lost its memory; what is new does not wait for it. */
  readonly againPerSecond?: number
}

export interface OutboxRelay extends Loop {
  /** Rings with a document that was just inserted, so that nobody has to look for it. One that was changed may hold older events and is looked for. */
  hand<T extends Document>(collection: Collection<T>, inserted: T): void
}

type Document = WithOutbox & { readonly _id: string }

/** A document with something to say. */
interface Due {
  readonly collection: Collection<Document>
  readonly document: Document
}

interface Letter extends Due {
  readonly events: readonly HospitalEvent[]
}

/** Which incarnation has it, and up to where. */
type Place = Required<Pick<OutboxEntry, 'sentTo' | 'sequence'>>

const atOnce = 32
const perRound = 500
const heldBackMs = 30_000
const againEveryMs = 200
const lookAgainMs = 5 * 60_000
/** More than this is not kept in mind; it stands in the database, and is looked for. */
const mostHanded = 2_000
/** As many are marked before anything else is looked for, so that the next round finds many again: cheaper for everyone. */
const many = 16

/**
 * Publishes what stands in outboxes, each document's events in order, and marks them with the stream's incarnation and the
 * sequence that was acknowledged.
 *
 * A crash between the two publishes again under the same id, which the stream knows. A new incarnation means that the
 * stream lost messages: whatever is younger than a day, and not among what the stream still has, becomes due again, slowly and
 * behind everything new. Any number of relays may share the work; ringing makes it quick, looking makes it sure.
 */
export function outboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const { name, bus, incarnation, log, pollEveryMs = 500, askEveryMs = 2_000, againPerSecond = 500 } = options
  // Identifiers are ours, so they are texts.
  const collections = options.collections as unknown as readonly Collection<Document>[]
  /** Documents with an event that the broker refuses, until when they are left alone. */
  const heldBack = new Map<string, number>()
  /** Documents that are published and not marked yet: whoever has little to say does not wait for their mark. */
  const beingMarked = new Set<string>()
  const marks = new Set<Promise<void>>()
  /** Inserted a moment ago, and not published yet. */
  const handed: Due[] = []
  /** Something may be due that was not handed over. */
  let isToLook = true
  let soughtAt = Number.NEGATIVE_INFINITY
  let markingFailed: { readonly error: unknown } | undefined
  let prepared = false
  let current: string | undefined
  /** Set where the stream lost something: what is published has to be stored there although the broker may know its id. */
  let anew: string | undefined
  let againAt = Number.NEGATIVE_INFINITY
  /** Whether the last look found nothing but what is said again: then more than may be said is not even read. */
  let isOnlyAgain = false
  let askedAt = Number.NEGATIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY

  const loop = pollLoop(name, log, async () => {
    if (markingFailed) {
      const { error } = markingFailed
      markingFailed = undefined
      throw error
    }
    if (!prepared) await Promise.all(collections.map(makeIndexes))
    prepared = true

    // Before publishing, never after. A mark may name a stream that was gone by then: as soon as that shows, all such
    // marks are looked for and what they stand for is said again. It must never name one that the event came before.
    const to = current === undefined || performance.now() - askedAt > askEveryMs ? await ask() : current
    const inHand = handed.splice(0, perRound)
    if (inHand.length > 0) await deliver(inHand, to, { isHanded: true })
    if (inHand.length > 0 && !isToLook && performance.now() - soughtAt < pollEveryMs)
      return handed.length > 0 ? 0 : pollEveryMs
    isToLook = false
    soughtAt = performance.now()
    const most = isOnlyAgain ? Math.max(1, againAllowed()) : perRound
    const found = (await Promise.all(collections.map((collection) => dueIn(collection, most)))).flat()
    if (found.length === 0) return handed.length > 0 ? 0 : pollEveryMs

    const sorted = found.sort((a, b) => dueAt(a.document) - dueAt(b.document)).slice(0, perRound)
    const fresh = sorted.filter(({ document }) => !isAgain(document))
    isOnlyAgain = fresh.length === 0
    const again = sorted.slice(fresh.length, fresh.length + againAllowed())
    if (again.length > 0) againAt = performance.now()
    if (fresh.length + again.length > 0) await deliver([...fresh, ...again], to)
    isToLook = true
    if (fresh.length === 0) return againEveryMs
    // Whoever marks rings afterwards.
    return marks.size > 0 ? pollEveryMs : 0
  })
  const ring = () => {
    isToLook = true
    loop.ring()
  }
  return {
    ...loop,
    ring,
    hand(collection, document) {
      if (handed.length < mostHanded)
        handed.push({ collection: collection as unknown as Collection<Document>, document })
      else isToLook = true
      loop.ring()
    },
    async stop() {
      await loop.stop()
      await Promise.all(marks)
    },
  }

  /** So many that all together keep to their rate, however often it is asked. */
  function againAllowed(): number {
    const sinceMs = Math.min(againEveryMs, performance.now() - againAt)
    return Math.floor((againPerSecond * sinceMs) / 1_000)
  }

  /** Which incarnation of the stream this is; what the stream lost, or may have lost, becomes due again. */
  async function ask(): Promise<string> {
    const seen = await incarnation.look()
    askedAt = performance.now()
    // Now and then also without a change: another relay may have marked something for a stream that was gone by then.
    if (seen.incarnation !== current || askedAt - lookedAt > lookAgainMs) {
      const count = await inAll((collection) => lost(collection, seen))
      if (count > 0) log.warn({ component: name, count }, 'the broker lost its memory: saying it again')
      lookedAt = askedAt
    }
    if (seen.unsureAfter !== undefined) {
      const count = await inAll((collection) => unsure(collection, seen))
      if (count > 0) log.info({ component: name, count }, 'saying again what the broker may have lost')
    }
    await incarnation.confirm()
    current = seen.incarnation
    anew = seen.anew
    return current
  }

  async function inAll(change: (collection: Collection<Document>) => Promise<number>): Promise<number> {
    const counts = await Promise.all(collections.map(change))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  async function dueIn(collection: Collection<Document>, most: number): Promise<Due[]> {
    const now = performance.now()
    for (const [id, until] of heldBack) if (until < now) heldBack.delete(id)
    const leftAlone = [...heldBack.keys(), ...beingMarked]
    const filter: Filter<Document> = { outboxDue: { $exists: true }, _id: { $nin: leftAlone } }
    const projection = { outbox: 1, outboxDue: 1 }
    const documents = await collection
      .find(filter, { projection })
      .sort({ outboxDue: 1 })
      .limit(most)
      .toArray()
    return documents.map((document) => ({ collection, document }))
  }

  async function deliver(due: readonly Due[], to: string, { isHanded = false } = {}): Promise<void> {
    const now = new Date()
    const letters = due.map((one) => ({ ...one, events: toSay(one.document.outbox, to, now) }))
    let sequence = 0
    try {
      sequence = await published(letters.flatMap(({ events }) => events))
    } catch {
      isToLook = true
      // Some of it may be stored; the ids make saying it again harmless.
      return deliverEach(letters, to)
    }
    const marked = mark(letters, { sentTo: to, sequence })
    if (letters.length >= many) isToLook = !(await marked) || isToLook
    else goOnWhile(letters, marked, { isHanded })
  }

  /** Answers with the highest sequence that was acknowledged. */
  async function published(events: readonly HospitalEvent[]): Promise<number> {
    const within = anew
    const highest = await bus.publishAll(events, within)
    if (!highest) return 0
    incarnation.acknowledged(highest.sequence, () => bus.publish(highest.event, within))
    return highest.sequence
  }

  async function publishedOne(event: HospitalEvent): Promise<number> {
    const within = anew
    const sequence = await bus.publish(event, within)
    incarnation.acknowledged(sequence, () => bus.publish(event, within))
    return sequence
  }

  /** Lets the rounds go on, without these documents. What was written into them meanwhile is looked for afterwards. */
  function goOnWhile(
    letters: readonly Letter[],
    marked: Promise<boolean>,
    { isHanded }: { readonly isHanded: boolean },
  ): void {
    const ids = letters.map(({ document }) => document._id)
    for (const id of ids) beingMarked.add(id)
    const over = marked
      .catch((error: unknown) => {
        markingFailed = { error }
        return false
      })
      .then((isAll) => {
        for (const id of ids) beingMarked.delete(id)
        marks.delete(over)
        if (!isHanded || !isAll) ring()
      })
    marks.add(over)
  }

  /** One by one, so that a document whose event is refused is left alone and the others go on. */
  async function deliverEach(letters: readonly Letter[], to: string): Promise<void> {
    const sent: Letter[] = []
    let sequence = 0
    try {
      for (let next = 0; next < letters.length; next += atOnce) {
        const ends = await Promise.allSettled(letters.slice(next, next + atOnce).map(sayEach))
        for (const end of ends) {
          if (end.status === 'rejected') continue
          sent.push(end.value)
          sequence = Math.max(sequence, end.value.sequence)
        }
        const failed = ends.find((end) => end.status === 'rejected')
        if (failed) throw failed.reason
      }
    } catch (error) {
      // It may come back as another one.
      askedAt = Number.NEGATIVE_INFINITY
      throw error
    } finally {
      await mark(sent, { sentTo: to, sequence })
    }
  }

  async function sayEach(letter: Letter): Promise<Letter & { readonly sequence: number }> {
    const events: HospitalEvent[] = []
    let sequence = 0
    try {
      for (const event of letter.events) {
        sequence = Math.max(sequence, await publishedOne(event))
        events.push(event)
      }
    } catch (error) {
      // Away: the whole round ends here. There and refusing: only this document waits, with its order kept.
      await bus.streamState(incarnation.stream)
      heldBack.set(letter.document._id, performance.now() + heldBackMs)
      log.error({ component: name, key: letter.document._id, error }, 'the broker refuses an event')
    }
    return { ...letter, events, sequence }
  }

  /** Answers whether nothing is left to say in any of them. */
  async function mark(letters: readonly Letter[], to: Place): Promise<boolean> {
    const byCollection = Map.groupBy(letters, ({ collection }) => collection)
    const ends = await Promise.all(
      Array.from(byCollection, ([collection, mine]) => markIn(collection, mine, to)),
    )
    return ends.every(Boolean)
  }

  /** One plain write for all whose outbox is said to the end; the dear one only where something was left or added. */
  async function markIn(collection: Collection<Document>, letters: readonly Letter[], to: Place) {
    const { matchedCount } = await collection.updateMany(saidToTheEnd(letters, to.sentTo), {
      $set: { 'outbox.$[].sentTo': to.sentTo, 'outbox.$[].sequence': to.sequence },
      $unset: { outboxDue: '' },
    })
    if (matchedCount === letters.length) return true
    await collection.bulkWrite(
      letters.map(({ document, events }) => ({
        updateOne: { filter: { _id: document._id }, update: marking(idsOf(events), to) },
      })),
      { ordered: false },
    )
    return false
  }
}

const idsOf = (events: readonly HospitalEvent[]) => events.map(({ id }) => id)

/** Those of these documents in which, at the moment of the write, nothing stands that this stream does not have. */
const saidToTheEnd = (letters: readonly Letter[], incarnation: string): Filter<Document> => ({
  _id: { $in: letters.map(({ document }) => document._id) },
  outbox: {
    $not: {
      $elemMatch: {
        'event.id': { $nin: letters.flatMap(({ events }) => idsOf(events)) },
        sentTo: { $ne: incarnation },
      },
    },
  },
})

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

/** What is said again is due a day later than it was: see `makeDueAgain`. */
const isAgain = (document: Document) => dueAt(document) > Date.now() + outboxKeepMs / 2

const dueAt = ({ outboxDue }: Document) => outboxDue?.getTime() ?? 0

async function makeIndexes(collection: Collection<Document>): Promise<void> {
  await collection.createIndexes([
    { key: { outboxDue: 1 }, sparse: true },
    { key: { 'outbox.at': 1 }, sparse: true },
  ])
}

const young = () => ({ $gte: new Date(Date.now() - outboxKeepMs) })
const dueAgain = { $add: ['$$NOW', outboxKeepMs] }

/** The same question as `toSay`, asked of a whole collection; due a day later than it was, behind everything new. */
async function lost(collection: Collection<Document>, { incarnation, former }: Seen): Promise<number> {
  if (former && former.sharedTo > 0) {
    const shared = { sentTo: former.incarnation, sequence: { $lte: former.sharedTo } }
    await collection.updateMany(
      { outbox: { $elemMatch: { at: young(), ...shared } } },
      { $set: { 'outbox.$[shared].sentTo': incarnation } } as UpdateFilter<Document>,
      { arrayFilters: [{ 'shared.sentTo': shared.sentTo, 'shared.sequence': shared.sequence }] },
    )
  }
  const forgotten = { at: young(), sentTo: { $exists: true, $ne: incarnation } }
  const { modifiedCount } = await collection.updateMany(
    { outbox: { $elemMatch: forgotten }, outboxDue: { $exists: false } },
    [{ $set: { outboxDue: dueAgain } }],
  )
  return modifiedCount
}

/** What the stream may have lost counts as unsent. Publishing it again changes nothing where the stream has it. */
async function unsure(
  collection: Collection<Document>,
  { incarnation, unsureAfter = Number.MAX_SAFE_INTEGER }: Seen,
): Promise<number> {
  const isUnsure = {
    $and: [
      { $eq: ['$$entry.sentTo', incarnation] },
      { $gt: ['$$entry.sequence', unsureAfter] },
      { $gte: ['$$entry.at', { $subtract: ['$$NOW', outboxKeepMs] }] },
    ],
  }
  const unmarked = {
    $cond: [isUnsure, { $unsetField: { field: 'sentTo', input: '$$entry' } }, '$$entry'],
  }
  const { modifiedCount } = await collection.updateMany(
    { outbox: { $elemMatch: { at: young(), sentTo: incarnation, sequence: { $gt: unsureAfter } } } },
    [
      {
        $set: {
          outbox: { $map: { input: '$outbox', as: 'entry', in: unmarked } },
          outboxDue: { $ifNull: ['$outboxDue', dueAgain] },
        },
      },
    ] as unknown as UpdateFilter<Document>[],
  )
  return modifiedCount
}

/**
 * Marks these events as sent and, in the same update, takes the document off the list unless something is left to say:
 * whatever was written meanwhile keeps it there.
 */
function marking(ids: readonly string[], to: Place): UpdateFilter<Document>[] {
  const isOneOfThem = { $in: ['$$entry.event.id', { $literal: ids }] }
  const marked = { $mergeObjects: ['$$entry', to] }
  const unsaid = {
    $or: [
      { $eq: [{ $type: '$$entry.sentTo' }, 'missing'] },
      {
        $and: [
          { $ne: ['$$entry.sentTo', to.sentTo] },
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
