import type {
  ConsumerDeclaration,
  EventContract,
  EventOf,
  HospitalEvent,
  PublishedStream,
  ServiceName,
} from '@rounds/contracts'
import type { BatchConsumer } from './gathering.ts'
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

/** What a stream tells of itself to services that may not read its messages. */
export interface StreamState {
  readonly created: string
  /** Changes whenever the server that serves the stream has started anew, or another one took over. */
  readonly servedBy: string
  readonly firstSequence: number
  readonly lastSequence: number
  /** Messages missing between the first and the last. Limits and retention make none. */
  readonly missing: number
}

/** An event, and where a stream has it. */
export interface StoredEvent {
  readonly event: HospitalEvent
  readonly sequence: number
}

/** Whose checkpoints, and for which incarnation. */
export interface CheckpointPlace {
  readonly stream: PublishedStream
  readonly service: ServiceName
  readonly incarnation: string
}

export interface Checkpoint {
  /** False where the last checkpoint of this place is not the one that was expected. */
  readonly isStored: boolean
  /** The place's last checkpoint, this one or the one that stands there; 0 when there is none. */
  readonly sequence: number
}

/** What services know of messaging. JetStream in production, memory in unit tests. */
export interface Bus {
  /**
   * Resolves with the event's sequence once it is stored. Publishing the same `event.id` soon again changes nothing, and
   * resolves with the sequence that it has. `anew` is an incarnation of the stream: the broker may still know the ids of what
   * the stream has lost, so there it is stored once more.
   */
  publish(event: HospitalEvent, anew?: string): Promise<number>
  /**
   * The same for many, at a fraction of the cost; resolves with the one that has the highest sequence. What is said about one
   * subject keeps its order. Rejects when one of them is not stored; others may be by then.
   */
  publishAll(events: readonly HospitalEvent[], anew?: string): Promise<StoredEvent | undefined>
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
  gather(gathering: BatchConsumer): Promise<void>
  /**
   * Hands a message to one consumer once more, and to nobody else; resolves with its sequence once it is stored. Soon again
   * under the same id changes nothing; later, the consumer knows the event by its own id.
   */
  replay(
    message: Pick<Parcel, 'headers' | 'body'>,
    to: Pick<ConsumerDeclaration, 'stream' | 'durable'>,
    id: string,
  ): Promise<number>
  /**
   * Hands on, live and unordered, what is said from now on. Nothing is redelivered: only for showing. `gap` is called
   * after each reconnect, since something may have been missed.
   */
  follow<Contract extends EventContract>(
    contracts: readonly Contract[],
    hearer: (event: EventOf<Contract>) => void,
    gap?: () => void,
  ): Promise<void>
  /** Rejects while the broker is away. */
  streamState(stream: PublishedStream): Promise<StreamState>
  /** Stores a checkpoint, provided that the last one of this place is at sequence `after`. Rejects while the broker is away. */
  checkpoint(place: CheckpointPlace, after: number): Promise<Checkpoint>
  /**
   * One entry per subscription whose stream the broker has. Rejects with a `BusAwayError` while the broker is away or in trouble of its own; any other
   * failure means that a connection which seems to stand carries nothing.
   */
  flows(): Promise<readonly Flow[]>
  /** Stops taking new deliveries, waits up to 30 s for those in hand, flushes their acks, closes. Twice is harmless. */
  close(): Promise<void>
}
