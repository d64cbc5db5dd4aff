import type { ConsumerDeclaration } from '@rounds/contracts'
import { nameOfError } from '@rounds/kernel'
import { openEvent } from './open-event.ts'
import { type Outcome, reject, retry } from './outcome.ts'
import type { Parcel } from './parcel.ts'
import { pauseBefore } from './settle.ts'
import type { Delivery, RawHandler, Subscription } from './subscription.ts'

/** Has a parcel handled as it came. Always comes back with an outcome, too. */
export async function receiveRaw(
  parcel: Parcel,
  raw: RawHandler,
  delivery: Parameters<RawHandler>[1],
): Promise<Outcome> {
  try {
    return await raw(parcel, delivery)
  } catch (error) {
    return retry(nameOfError(error), pauseBefore(delivery.attempt + 1))
  }
}

/** Opens a parcel and has it handled. Always comes back with an outcome, whatever was sent and whoever threw. */
export async function receive(
  parcel: Parcel,
  consumer: ConsumerDeclaration,
  handlers: Subscription['handlers'],
  delivery: Delivery,
): Promise<Outcome> {
  const decoded = openEvent(parcel, consumer)
  if ('faults' in decoded) return reject(`not an event of ours: ${decoded.faults.join('; ')}`)
  const handler = handlers.get(decoded.event.type)
  if (!handler) return reject('nobody here handles this type')
  try {
    return await handler(decoded.event as never, delivery)
  } catch (error) {
    return retry(nameOfError(error), pauseBefore(delivery.attempt + 1))
  }
}
