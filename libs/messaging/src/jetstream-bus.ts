import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { type HospitalEvent, replaySubjectOf, subjectPattern } from '@rounds/contracts'
import { type Log, nameOfError } from '@rounds/kernel'
import { answeringCanaries } from './answer-canaries.ts'
import { largestBatch, smallestBatch, storedAtOnce } from './atomic-batch.ts'
import type { Bus, StoredEvent } from './bus.ts'
import { BusAwayError } from './bus-away-error.ts'
import { storeCheckpoint, streamStateOf } from './checkpoint.ts'
import type { Connection } from './connection.ts'
import { type Consumption, consume } from './consume.ts'
import type { OnHandled } from './deliver.ts'
import { dependency } from './dependency.ts'
import { gather } from './gather.ts'
import { heed } from './heed.ts'
import { natsHeaders, parcelOf } from './nats-parcel.ts'
import { type Parcel, packed, packedToKeep } from './parcel.ts'
import { boundedWindow } from './window.ts'

export interface JetstreamBusOptions {
  readonly log: Log
  /** Publishes on their way at once; more wait in line. */
  readonly inFlight?: number
  /** How long `subscribe` waits for a provisioner that starts later than we do. */
  readonly provisionedWithinMs?: number
  /** How long `close` waits for what is in hand. */
  readonly graceMs?: number
  /**
   * Asked before events are fetched, at most once a second and after a failure; while it rejects none are, so that an
   * outage of what all handlers depend on uses up nobody's patience.
   */
  readonly ready?: () => Promise<unknown>
  readonly onHandled?: OnHandled
}

/** The bus on a real broker. It owns the connection from here on: `close` closes it. */
export function jetstreamBus(connection: Connection, options: JetstreamBusOptions): Bus {
  const { log, inFlight = 256, provisionedWithinMs = 30_000, graceMs = 30_000 } = options
  const js = jetstream(connection)
  const shared = {
    connection,
    js,
    log,
    dependency: dependency(options.ready, log),
    onHandled: options.onHandled,
  }
  const inWindow = boundedWindow(inFlight)
  const consumptions: Consumption[] = []
  const gaps: (() => void)[] = []
  let closed: Promise<void> | undefined
  let isCutOff = false
  void watchConnection()

  return {
    publish,
    async publishAll(events, anew) {
      // An id twice in a batch would spoil it.
      const fresh = [...new Map(events.map((event) => [event.id, event])).values()]
      const letters = fresh.map((event) => ({ id: idIn(anew, event), parcel: packedToKeep(event) }))
      const parts = Array.from(
        { length: Math.ceil(letters.length / largestBatch) },
        (_, part) => part * largestBatch,
      )
      let highest: StoredEvent | undefined
      for (const start of parts) {
        const together = letters.slice(start, start + largestBatch)
        const events = fresh.slice(start, start + largestBatch)
        const sequence = together.length >= smallestBatch ? await storedAtOnce(js, together) : undefined
        const last = events.at(-1)
        const stored = sequence && last ? { event: last, sequence } : await oneByOne(events, anew)
        highest = higherOf(highest, stored)
      }
      return highest
    },
    say,
    answer(subject, body) {
      try {
        connection.publish(subject, JSON.stringify(body))
      } catch (error) {
        log.warn({ subject, reason: nameOfError(error) }, 'an answer could not be given')
      }
    },
    async serve(subject, concurrency, handler) {
      const inRoom = boundedWindow(concurrency)
      connection.subscribe(subject, {
        queue: 'serves',
        callback(error, message) {
          if (error) return
          inRoom(() => handler(parcelOf(message))).then(
            (answer) => void message.respond(JSON.stringify(answer)),
            (reason) => log.warn({ subject, reason: nameOfError(reason) }, 'a request was not answered'),
          )
        },
      })
    },
    async subscribe(subscription) {
      consumptions.push(
        await consume(answeringCanaries(subscription, say), { ...shared, store, provisionedWithinMs }),
      )
    },
    async gather(gathering) {
      consumptions.push(await gather(gathering, { ...shared, provisionedWithinMs }))
    },
    async replay({ headers, body }, to, id) {
      return store({ subject: replaySubjectOf(to), headers, body }, id)
    },
    async follow(contracts, hearer, gap) {
      const subscriptions = contracts.map((contract) =>
        connection.subscribe(subjectPattern(contract), {
          callback(error, message) {
            // The error is told by whoever watches the connection.
            if (!error) heed(parcelOf(message), hearer, log)
          },
        }),
      )
      if (gap) gaps.push(gap)
      // Active once the broker has answered; when it is away, the client subscribes again by itself.
      await connection.flush().catch(() => {})
      if (subscriptions.some((one) => one.isClosed())) throw new Error('this user may not follow that')
    },
    streamState: (stream) => streamStateOf(js, stream, connection.info?.server_id ?? ''),
    checkpoint: (place, after) => storeCheckpoint(js, place, after),
    async flows() {
      if (isCutOff) throw new BusAwayError('the broker is away')
      await pong()
      const asked = await Promise.allSettled(consumptions.map((one) => one.flow()))
      const flows = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      // Of one stream that is gone, such as another system's, the others' consumers must not be hidden. Of none of them it
      // speaks when it is in trouble itself.
      const [first] = asked
      if (flows.length === 0 && first?.status === 'rejected')
        throw new BusAwayError('the broker knows nothing of consumers', { cause: first.reason })
      return flows
    },
    close() {
      closed ??= close()
      return closed
    },
  }

  function say(event: HospitalEvent): void {
    try {
      const parcel = packed(event)
      connection.publish(parcel.subject, parcel.body, { headers: natsHeaders(parcel) })
    } catch (error) {
      log.warn({ type: event.type, reason: nameOfError(error) }, 'something could not be said')
    }
  }

  async function publish(event: HospitalEvent, anew?: string): Promise<number> {
    return store(packedToKeep(event), idIn(anew, event))
  }

  async function oneByOne(events: readonly HospitalEvent[], anew?: string): Promise<StoredEvent | undefined> {
    const lines = Map.groupBy(events, ({ subject }) => subject)
    let highest: StoredEvent | undefined
    await Promise.all(
      Array.from(lines.values(), async (line) => {
        for (const event of line) highest = higherOf(highest, { event, sequence: await publish(event, anew) })
      }),
    )
    return highest
  }

  async function store(parcel: Parcel, id: string): Promise<number> {
    const { seq } = await inWindow(() =>
      js.publish(parcel.subject, parcel.body, {
        msgID: id,
        headers: natsHeaders(parcel),
        // What is sent into a connection that is just breaking gets no answer; the id makes sending it again safe.
        timeout: 2_000,
        retries: 8,
      }),
    )
    return seq
  }

  async function close(): Promise<void> {
    await Promise.all(consumptions.map((one) => one.stop(graceMs)))
    // `drain` alone loses acks: it does not wait for handlers, and what they answer afterwards goes nowhere.
    const left = connection.flush().then(() => connection.drain())
    await Promise.race([left.catch(() => {}), sleep(2_000, undefined, { ref: false })])
    await connection.close()
  }

  async function pong(): Promise<void> {
    const late = sleep(5_000, undefined, { ref: false }).then(() => {
      throw new Error('the connection stands and nothing comes back')
    })
    await Promise.race([connection.flush(), late])
  }

  async function watchConnection() {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') isCutOff = true
      if (type !== 'reconnect') continue
      isCutOff = false
      for (const gap of gaps) {
        try {
          gap()
        } catch (error) {
          log.error({ reason: nameOfError(error) }, 'a follower failed')
        }
      }
    }
  }
}

/** What the broker knows an event by, within its duplicate window. */
const idIn = (anew: string | undefined, { id }: HospitalEvent) => (anew ? `${id}@${anew}` : id)

const higherOf = (one: StoredEvent | undefined, other: StoredEvent | undefined) =>
  (one?.sequence ?? 0) > (other?.sequence ?? 0) ? one : other
