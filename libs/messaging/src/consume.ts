import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamClient, JsMsg } from '@nats-io/jetstream'
import { errors } from '@nats-io/transport-node'
import { type Log, nameOfError, OperatorError } from '@rounds/kernel'
import type { Flow } from './bus.ts'
import type { Connection } from './connection.ts'
import { deliver, type OnHandled } from './deliver.ts'
import type { Dependency } from './dependency.ts'
import { parcelOf } from './nats-parcel.ts'
import type { Parcel } from './parcel.ts'
import type { Subscription } from './subscription.ts'

/** What consuming needs from the bus. */
export interface Consuming {
  readonly connection: Connection
  readonly js: JetStreamClient
  readonly log: Log
  /** Stores a parcel under an id; resolves once the stream has it. */
  readonly store: (parcel: Parcel, id: string) => Promise<unknown>
  /** How long the provisioner may be later than we are. */
  readonly provisionedWithinMs: number
  /** Nothing is fetched while it is away: an outage must use up no deliveries. */
  readonly dependency: Dependency
  readonly onHandled: OnHandled | undefined
}

/** One durable consumer at work. */
export interface Consumption {
  flow(): Promise<Flow>
  /** Asks for nothing more; resolves when nothing is in hand, or when `graceMs` are over and handlers were told. */
  stop(graceMs: number): Promise<void>
}

interface Held {
  readonly settled: Promise<void>
  readonly since: number
}

/** After so many ack_waits a handler counts as hung: its event is left to another, though it stays in hand here. */
const longestHandling = 20

/**
 * How long one request for more waits at the broker; also the longest that a vanished consumer stays unnoticed, and that
 * events are still taken after what handlers depend on has gone.
 */
const pullMs = 2_000

/** Starts to consume. Refused with an `OperatorError` when the consumer is not there within the time allowed. */
export async function consume(subscription: Subscription, consuming: Consuming): Promise<Consumption> {
  const { connection, log, store, dependency } = consuming
  const { consumer: declared, concurrency, handlers, raw } = subscription
  const { durable, stream } = declared
  const consumer = await provisionedConsumer(consuming, stream, durable)
  const held = new Map<JsMsg, Held>()
  const patienceOver = new AbortController()
  let freed = Promise.withResolvers<void>()
  let stopping = false
  let settledAt = Date.now()
  let stopPulling = () => {}
  const leaving = Promise.withResolvers<void>()
  const pulling = pull()
  void pullAnewAfterReconnect()
  const signsOfLife = setInterval(() => {
    const givenUpBefore = Date.now() - longestHandling * declared.ackWaitMs
    for (const [message, { since }] of held) if (since > givenUpBefore) message.working()
  }, declared.ackWaitMs / 3)

  return {
    async flow() {
      const { num_pending: pending } = await consumer.info()
      return {
        // The intakes of all systems have one name.
        durable: raw ? `${durable} ${stream}` : durable,
        pending,
        inHand: held.size,
        idleMs: Date.now() - settledAt,
        paused: dependency.isAway(),
      }
    },
    async stop(graceMs) {
      stopping = true
      stopPulling()
      leaving.resolve()
      await pulling
      const empty = Promise.all(Array.from(held.values(), ({ settled }) => settled))
      await Promise.race([empty, sleep(graceMs, undefined, { ref: false })])
      if (held.size > 0) {
        log.warn({ durable, inHand: held.size }, 'handlers take too long to stop')
        patienceOver.abort()
        await Promise.race([empty, sleep(1_000)])
      }
      clearInterval(signsOfLife)
    },
  }

  // Asks only for what can be begun at once: what waits in a client's buffer runs out of ack_wait unseen, and is
  // kept from the other replicas.
  async function pull() {
    let complaint = ''
    while (!stopping) {
      const mayBegin = await Promise.race([dependency.isThere(), leaving.promise])
      if (!mayBegin) {
        await Promise.race([sleep(1_000, undefined, { ref: false }), leaving.promise])
        continue
      }
      try {
        const messages = await consumer.fetch({ max_messages: concurrency - held.size, expires: pullMs })
        stopPulling = () => void messages.close()
        if (stopping) stopPulling()
        for await (const message of messages) hold(message)
        complaint = ''
      } catch (error) {
        const name = nameOfError(error)
        if (name !== complaint) log.warn({ durable, reason: name }, 'no events can be fetched; trying again')
        complaint = name
        if (!stopping) await sleep(500)
      }
      while (!stopping && held.size >= concurrency) await Promise.race([freed.promise, leaving.promise])
    }
  }

  // The broker may have forgotten what it was asked for.
  async function pullAnewAfterReconnect() {
    for await (const { type } of connection.status()) if (type === 'reconnect') stopPulling()
  }

  function hold(message: JsMsg) {
    const { deliveryCount: attempt, streamSequence, timestampNanos } = message.info
    const settled = deliver(message, parcelOf(message), {
      attempt,
      consumer: declared,
      handlers,
      raw,
      signal: patienceOver.signal,
      place: `${stream}:${streamSequence}:${timestampNanos}`,
      storedAt: new Date(Math.floor(timestampNanos / 1_000_000)),
      log,
      store,
      onHandled: consuming.onHandled,
    })
      .then((ending) => {
        if (ending !== 'done') dependency.doubt()
      })
      .finally(() => {
        held.delete(message)
        settledAt = Date.now()
        freed.resolve()
        freed = Promise.withResolvers()
      })
    held.set(message, { settled, since: Date.now() })
  }
}

/** The durable consumer, once it is there. */
export async function provisionedConsumer(
  { js, provisionedWithinMs }: Pick<Consuming, 'js' | 'provisionedWithinMs'>,
  stream: string,
  durable: string,
) {
  const deadline = Date.now() + provisionedWithinMs
  for (;;) {
    try {
      return await js.consumers.get(stream, durable)
    } catch (error) {
      if (isFinal(error)) throw error
      if (Date.now() >= deadline) {
        throw new OperatorError(
          `Nobody provisioned the consumer ${durable} of the stream ${stream}: start the provisioner.`,
          { cause: error },
        )
      }
      await sleep(Math.min(500, provisionedWithinMs / 4))
    }
  }
}

/** Whether waiting cannot help: we may not, or we are closed. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof errors.ClosedConnectionError ||
    (error instanceof errors.RequestError && error.cause instanceof errors.PermissionViolationError)
  )
}
