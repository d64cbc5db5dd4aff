import { setTimeout as sleep } from 'node:timers/promises'
import type { JsMsg } from '@nats-io/jetstream'
import { nameOfError } from '@rounds/kernel'
import { type Consuming, type Consumption, provisionedConsumer } from './consume.ts'
import type { BatchConsumer, Gathered } from './gathering.ts'
import { parcelOf } from './nats-parcel.ts'
import { pauseBefore } from './settle.ts'

/** How long one request for more waits at the broker, and so the longest that a message which came alone does. */
const pullMs = 1_000

/** Starts to collect; as patient with a provisioner that comes later as consuming is. */
export async function gather(
  gathering: BatchConsumer,
  consuming: Omit<Consuming, 'store' | 'onHandled'>,
): Promise<Consumption> {
  const { connection, log, dependency } = consuming
  const { gatherer, most, everyMs, take } = gathering
  const { durable, stream } = gatherer
  const consumer = await provisionedConsumer(consuming, stream, durable)
  const leaving = Promise.withResolvers<void>()
  let stopping = false
  let inHand = 0
  let settledAt = Date.now()
  let stopPulling = () => {}
  const pulling = pull()
  void pullAnewAfterReconnect()

  return {
    async flow() {
      const { num_pending: pending } = await consumer.info()
      return { durable, pending, inHand, idleMs: Date.now() - settledAt, paused: dependency.isAway() }
    },
    async stop(graceMs) {
      stopping = true
      stopPulling()
      leaving.resolve()
      await Promise.race([pulling, sleep(graceMs, undefined, { ref: false })])
    },
  }

  async function pull() {
    let complaint = ''
    while (!stopping) {
      if (!(await Promise.race([dependency.isThere(), leaving.promise]))) {
        await pause(1_000)
        continue
      }
      const begun = performance.now()
      try {
        const batch = await fetched()
        if (batch.length > 0) await settle(batch)
        complaint = ''
      } catch (error) {
        const name = nameOfError(error)
        if (name !== complaint) log.warn({ durable, reason: name }, 'nothing can be gathered; trying again')
        complaint = name
        await pause(500)
      }
      await pause(everyMs - (performance.now() - begun))
    }
  }

  async function fetched(): Promise<JsMsg[]> {
    const messages = await consumer.fetch({ max_messages: most, expires: pullMs })
    stopPulling = () => void messages.close()
    if (stopping) stopPulling()
    const batch: JsMsg[] = []
    for await (const message of messages) batch.push(message)
    return batch
  }

  async function settle(batch: readonly JsMsg[]): Promise<void> {
    inHand = batch.length
    try {
      await take(batch.map(gatheredOf))
      for (const message of batch) message.ack()
    } catch (error) {
      log.warn({ durable, count: batch.length, reason: nameOfError(error) }, 'a batch could not be stored')
      dependency.doubt()
      // One of them may be what nobody can store: the others must not wait for it.
      if (batch.length > 1 && (await dependency.isThere())) for (const one of batch) await settle([one])
      else for (const one of batch) one.nak(pauseBefore(one.info.deliveryCount + 1))
    } finally {
      inHand = 0
      settledAt = Date.now()
    }
  }

  async function pause(ms: number) {
    if (ms > 0) await Promise.race([sleep(ms, undefined, { ref: false }), leaving.promise])
  }

  // The broker may have forgotten what it was asked for.
  async function pullAnewAfterReconnect() {
    for await (const { type } of connection.status()) if (type === 'reconnect') stopPulling()
  }
}

function gatheredOf(message: JsMsg): Gathered {
  const { stream, streamSequence: sequence, timestampNanos } = message.info
  return {
    parcel: parcelOf(message),
    stream,
    sequence,
    storedAt: new Date(Math.floor(timestampNanos / 1e6)),
  }
}
