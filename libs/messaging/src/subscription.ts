import type { ConsumerDeclaration, EventContract, EventOf } from '@rounds/contracts'
import type { Outcome } from './outcome.ts'
import type { Parcel } from './parcel.ts'

/** What a handler is told beside the event. */
export interface Delivery {
  /** 1 the first time this consumer gets the event. */
  readonly attempt: number
  /** Aborts when the process stops and patience with handlers is over. */
  readonly signal: AbortSignal
}

/** Does one thing about one kind of event. Runs at least once, so what it does must bear repeating. */
export type Handler<Contract extends EventContract> = (
  event: EventOf<Contract>,
  delivery: Delivery,
) => Promise<Outcome>

/** Takes what others wrote, as it came. The same promises; what it throws means retry. */
export type RawHandler = (
  parcel: Parcel,
  delivery: Delivery & {
    /** When the broker stored it. */
    readonly storedAt: Date
  },
) => Promise<Outcome>

/** A durable consumer, and who handles each type that it hears. */
export interface Subscription {
  readonly consumer: ConsumerDeclaration
  /** How many events are in hand at once, over all types of this consumer. */
  readonly concurrency: number
  readonly handlers: ReadonlyMap<string, Handler<EventContract>>
  /** Instead of handlers, where no event of ours comes. */
  readonly raw?: RawHandler
}

/** Binds a handler to a contract, keeping the event's type. */
export function hears<Contract extends EventContract>(
  contract: Contract,
  handler: Handler<Contract>,
): readonly [EventContract, Handler<EventContract>] {
  return [contract, handler as unknown as Handler<EventContract>]
}

/**
 * What one consumer does with each type that the topology says it hears.
 *
 * Throws when a type has no handler, or a handler no type: a service that is deaf to what it was built for must not
 * start ("no tasks are listed" is an error here, not a warning).
 */
export function subscription(
  consumer: ConsumerDeclaration,
  concurrency: number,
  ...handlers: ReadonlyArray<readonly [EventContract, Handler<EventContract>]>
): Subscription {
  const byType = new Map(handlers.map(([contract, handler]) => [contract.type, handler]))
  const deaf = consumer.hears
    .filter((contract) => !byType.has(contract.type))
    .map((contract) => contract.type)
  const idle = [...byType.keys()].filter((type) => !consumer.hears.some((contract) => contract.type === type))
  if (deaf.length > 0) throw new Error(`${consumer.durable} has no handler for ${deaf.join(', ')}`)
  if (idle.length > 0) throw new Error(`${consumer.durable} does not hear ${idle.join(', ')}`)
  return { consumer, concurrency, handlers: byType }
}

/** What one consumer does with what others wrote. */
export function rawSubscription(
  consumer: ConsumerDeclaration,
  concurrency: number,
  raw: RawHandler,
): Subscription {
  return { consumer, concurrency, handlers: new Map(), raw }
}
