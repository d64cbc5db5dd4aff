import type { ConsumerDeclaration, EventContract, EventOf, HospitalEvent } from '@rounds/contracts'
import type { Gathering } from './gathering.ts'
import type { Parcel } from './parcel.ts'
import type { Subscription } from './subscription.ts'

/** How a consumer is doing, for readiness and metrics. */
export interface Flow {
  readonly durable: string
  /** Events the broker holds for it and has not delivered. */
  readonly pending: number
  /** Events delivered and not yet settled. */
  readonly inHand: number
  /** Milliseconds since it last settled an event, or since it started. */
  readonly idleMs: number
  /** It takes none, because what its handlers depend on is away. */
  readonly paused: boolean
}

/** What services know of messaging. JetStream in production, memory in unit tests. */
export interface Bus {
  /** Resolves once the event is stored. Publishing the same `event.id` soon again changes nothing. */
  publish(event: HospitalEvent): Promise<void>
  /**
   * The same for many, at a fraction of the cost. What is said about one subject keeps its order. Rejects when one of
   * them is not stored; others may be by then.
   */
  publishAll(events: readonly HospitalEvent[]): Promise<void>
  /** For events that are declared `kept: false`: sent to whoever follows at this moment, and forgotten. Never throws. */
  say(event: HospitalEvent): void
  /** The same for what is no event of ours: an answer to another system. Never throws. */
  answer(subject: string, body: object): void
  /**
   * Answers requests, each in one of the replicas, so many at a time. One that cannot be answered gets nothing, and whoever
   * asked asks again.
   */
  serve(subject: string, concurrency: number, handler: (request: Parcel) => Promise<object>): Promise<void>
  /** Delivers until stopped, at least once. Refused when nobody provisioned the consumer. */
  subscribe(subscription: Subscription): Promise<void>
  /** Hands on what a stream keeps, as it is, until stopped, at least once. Refused when nobody provisioned the gatherer. */
  gather(gathering: Gathering): Promise<void>
  /**
   * Hands a message to one consumer once more, and to nobody else; resolves once it is stored. Soon again under the same id
   * changes nothing; later, the consumer knows the event by its own id.
   */
  replay(
    message: Pick<Parcel, 'headers' | 'body'>,
    to: Pick<ConsumerDeclaration, 'stream' | 'durable'>,
    id: string,
  ): Promise<void>
  /**
   * Hands on, live and unordered, what is said from now on. Nothing is redelivered: only for showing. `gap` is called
   * after each reconnect, since something may have been missed.
   */
  follow<Contract extends EventContract>(
    contracts: readonly Contract[],
    hearer: (event: EventOf<Contract>) => void,
    gap?: () => void,
  ): Promise<void>
  /**
   * Which life of the event stream this is: changes when the broker was wiped or replaced, and then everything
   * recent has to be said again. Rejects while the broker is away.
   */
  incarnation(): Promise<string>
  /**
   * One entry per subscription. Rejects with a `BusAwayError` while the broker is away or in trouble of its own; any other
   * failure means that a connection which seems to stand carries nothing.
   */
  flows(): Promise<readonly Flow[]>
  /** Stops taking new deliveries, waits up to 30 s for those in hand, flushes their acks, closes. Twice is harmless. */
  close(): Promise<void>
}
