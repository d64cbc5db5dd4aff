import { setTimeout as sleep } from 'node:timers/promises'
import {
  checkpointSubject,
  type HospitalEvent,
  replaySubjectOf,
  streams,
  subjectPattern,
  subjectsHeardBy,
} from '@rounds/contracts'
import { type Log, silent } from '@rounds/kernel'
import { answeringCanaries } from './answer-canaries.ts'
import type { Bus, Flow, StoredEvent } from './bus.ts'
import { deliver } from './deliver.ts'
import { heed } from './heed.ts'
import { type Parcel, packed, packedToKeep } from './parcel.ts'
import { type Letter, pauseBefore } from './settle.ts'
import { isMeantBy } from './subject-match.ts'

/** The bus of unit tests: holds every promise of `Bus` within one process, and can be asked what it was told. */
export interface MemoryBus extends Bus {
  /** What was published through this bus, repetitions included. */
  readonly published: readonly HospitalEvent[]
  /** What was said through this bus. */
  readonly said: readonly HospitalEvent[]
  /** Resolves once everything that a subscription here hears is settled, retries included. */
  settled(): Promise<void>
}

/** What replicas and services that talk to each other share. */
export interface MemoryBroker {
  /** What was stored, in order, each id once; dead letters too. */
  readonly kept: readonly Parcel[]
  /** Not among what is kept: nothing is ever lost here. */
  readonly checkpoints: Map<string, number>
  /** Stores anything, as a stranger could, and answers with its sequence; a known id changes nothing. */
  put(parcel: Parcel, id?: string): number
  /** Hands a parcel to those who follow, and forgets it. */
  tell(parcel: Parcel): void
  queueOf(durable: string, subjects: readonly string[]): Queue
  readonly followers: Set<(parcel: Parcel) => void>
}

/** What waits for the replicas of one consumer. */
interface Queue {
  readonly subjects: ReadonlySet<string>
  readonly ready: Waiting[]
  /** Not settled yet, wherever it is. */
  open: number
  readonly wake: Set<() => void>
}

interface Waiting {
  readonly parcel: Parcel
  readonly place: string
  readonly attempt: number
}

/** A bus in memory; several on one broker are several processes. */
export function memoryBus(
  options: { readonly broker?: MemoryBroker; readonly log?: Log; readonly graceMs?: number } = {},
): MemoryBus {
  const { broker = memoryBroker(), log = silent, graceMs = 30_000 } = options
  const published: HospitalEvent[] = []
  const said: HospitalEvent[] = []
  const queues: Queue[] = []
  const flows: (() => Flow)[] = []
  const inHand = new Set<Promise<unknown>>()
  const following: ((parcel: Parcel) => void)[] = []
  const patienceOver = new AbortController()
  let closing = false

  return {
    published,
    said,
    publish,
    async publishAll(events, anew) {
      let last: StoredEvent | undefined
      for (const event of events) last = { event, sequence: await publish(event, anew) }
      return last
    },
    say,
    answer: (subject, body) => broker.tell({ subject, headers: {}, body: Buffer.from(JSON.stringify(body)) }),
    // Requests come from other systems, of which none is in this process.
    serve: async () => {},
    async subscribe(subscription) {
      const { consumer, concurrency, handlers, raw } = answeringCanaries(subscription, say)
      const queue = broker.queueOf(consumer.durable, subjectsHeardBy(consumer))
      let mine = 0
      let settledAt = Date.now()
      const take = () => {
        while (!closing && mine < concurrency) {
          const waiting = queue.ready.shift()
          if (!waiting) return
          mine += 1
          const handled = handle(waiting).finally(() => {
            mine -= 1
            settledAt = Date.now()
            inHand.delete(handled)
            take()
          })
          inHand.add(handled)
        }
      }
      const handle = (waiting: Waiting) =>
        deliver(letterOf(queue, waiting), waiting.parcel, {
          attempt: waiting.attempt,
          consumer,
          handlers,
          raw,
          signal: patienceOver.signal,
          place: waiting.place,
          storedAt: new Date(),
          log,
          store: async (letter, id) => broker.put(letter, id),
        })
      queues.push(queue)
      queue.wake.add(take)
      flows.push(() => ({
        durable: consumer.durable,
        pending: queue.ready.length,
        inHand: mine,
        idleMs: Date.now() - settledAt,
        paused: false,
      }))
      take()
    },
    async gather({ gatherer, take: takeBatch }) {
      const { durable, stream, subjects } = gatherer
      const kept = streams.find(({ name }) => name === stream)?.subjects ?? []
      const queue = broker.queueOf(durable, subjects ?? kept)
      const take = () => {
        for (let waiting = queue.ready.shift(); waiting && !closing; waiting = queue.ready.shift()) {
          const { parcel, place, attempt } = waiting
          const letter = letterOf(queue, waiting)
          const taken = takeBatch([{ parcel, stream, sequence: Number(place), storedAt: new Date() }])
            .then(letter.ack, () => letter.nak(pauseBefore(attempt + 1)))
            .finally(() => inHand.delete(taken))
          inHand.add(taken)
        }
      }
      queues.push(queue)
      queue.wake.add(take)
      take()
    },
    async replay({ headers, body }, to, id) {
      if (closing) throw new Error('the bus is closed')
      return broker.put({ subject: replaySubjectOf(to), headers, body }, id)
    },
    async follow(contracts, hearer) {
      const subjects = new Set(contracts.map(subjectPattern))
      const follower = (parcel: Parcel) => {
        if (closing || !isMeantBy(subjects, parcel.subject)) return
        heed(parcel, hearer, log)
      }
      following.push(follower)
      broker.followers.add(follower)
    },
    streamState: async () => ({
      created: 'in memory',
      servedBy: 'memory',
      firstSequence: 1,
      lastSequence: broker.kept.length + 1,
      missing: 0,
    }),
    async checkpoint({ stream, service, incarnation }, after) {
      const subject = checkpointSubject(stream, service, incarnation)
      const last = broker.checkpoints.get(subject) ?? 0
      if (last !== after) return { isStored: false, sequence: last }
      const sequence = broker.kept.length + 1
      broker.checkpoints.set(subject, sequence)
      return { isStored: true, sequence }
    },
    flows: async () => flows.map((flow) => flow()),
    async settled() {
      while (queues.some(({ open }) => open > 0)) await sleep(1)
    },
    async close() {
      closing = true
      for (const follower of following) broker.followers.delete(follower)
      const finished = Promise.all(inHand)
      await Promise.race([finished, sleep(graceMs, undefined, { ref: false })])
      patienceOver.abort()
    },
  }

  function say(event: HospitalEvent): void {
    said.push(event)
    if (!closing) broker.tell(packed(event))
  }

  async function publish(event: HospitalEvent, anew?: string): Promise<number> {
    if (closing) throw new Error('the bus is closed')
    const parcel = packedToKeep(event)
    published.push(event)
    return broker.put(parcel, anew ? `${event.id}@${anew}` : event.id)
  }
}

/** One broker for several memory buses. */
export function memoryBroker(): MemoryBroker {
  const kept: Parcel[] = []
  const ids = new Map<string, number>()
  const queues = new Map<string, Queue>()
  const followers = new Set<(parcel: Parcel) => void>()

  const enqueue = (queue: Queue, parcel: Parcel, place: string) => {
    if (!isMeantBy(queue.subjects, parcel.subject)) return
    queue.open += 1
    ready(queue, { parcel, place, attempt: 1 })
  }
  const tell = (parcel: Parcel) => {
    for (const follower of followers) follower(parcel)
  }

  return {
    kept,
    checkpoints: new Map(),
    followers,
    tell,
    put(parcel, id) {
      const known = id === undefined ? undefined : ids.get(id)
      if (known !== undefined) return known
      const sequence = kept.push(parcel)
      if (id !== undefined) ids.set(id, sequence)
      tell(parcel)
      for (const queue of queues.values()) enqueue(queue, parcel, String(sequence))
      return sequence
    },
    queueOf(durable, heard) {
      const known = queues.get(durable)
      if (known) return known
      const queue: Queue = { subjects: new Set(heard), ready: [], open: 0, wake: new Set() }
      queues.set(durable, queue)
      // A durable consumer also hears what was said before it came.
      for (const [index, parcel] of kept.entries()) enqueue(queue, parcel, String(index + 1))
      return queue
    },
  }
}

function letterOf(queue: Queue, waiting: Waiting): Letter {
  const settled = () => {
    queue.open -= 1
  }
  return {
    ack: settled,
    term: settled,
    nak(afterMs) {
      setTimeout(() => ready(queue, { ...waiting, attempt: waiting.attempt + 1 }), afterMs).unref()
    },
  }
}

function ready(queue: Queue, waiting: Waiting) {
  queue.ready.push(waiting)
  // Later, so that publishing returns before anything is handled, as it does with a broker far away.
  setImmediate(() => {
    for (const wake of queue.wake) wake()
  })
}
