import type { mailBounced, SuppressionDocument, suppressionRequested } from '@rounds/contracts'
import { isAddressGone, parseAddress } from '@rounds/mail'
import { done, type Handler, reject, retry } from '@rounds/messaging'
import type { DeliveryLedger } from '../delivery-work.ts'
import type { Wishes } from '../wishes.ts'

export interface Suppressions {
  /** Keeps since when an address is there, and whatever reason was there first. */
  add(entry: Pick<SuppressionDocument, '_id' | 'reason' | 'status' | 'source'>, at: Date): Promise<void>
  lift(key: string): Promise<void>
}

export interface SuppressDeps {
  readonly suppressions: Suppressions
  readonly wishes: Pick<Wishes, 'suppressionRequest' | 'newestSuppressionRequest'>
}

/** Does what was wanted last of this address: an old wish that comes again changes nothing. */
export function doSuppressionRequest({
  suppressions,
  wishes,
}: SuppressDeps): Handler<typeof suppressionRequested> {
  return async function doSuppressionRequest(event) {
    const asked = await wishes.suppressionRequest(event.data.requestId)
    if (!asked) return reject('nobody wrote down what was wanted')
    const address = parseAddress(asked.mail)
    if (address.kind === 'refused') return reject('not an address')
    const newest = (await wishes.newestSuppressionRequest(asked.mail, asked.requestedAt)) ?? asked
    if (newest.action === 'lift') await suppressions.lift(address.suppressionKey)
    else {
      const { reason, requestedAt, _id: source } = newest
      await suppressions.add({ _id: address.suppressionKey, reason, source }, requestedAt)
    }
    return done
  }
}

export interface HeedBounceDeps extends Pick<SuppressDeps, 'suppressions'> {
  readonly wishes: Pick<Wishes, 'newestSuppressionRequest' | 'bounce'>
  readonly deliveries: Pick<DeliveryLedger, 'read'>
  /** A bounce says that an address is gone, and nothing shows that we ever wrote there. */
  readonly onUnproven: (bounceId: string) => void
}

/**
 * Nothing is sent any more to where nobody is. Anybody can write a bounce: it counts for an address to which we sent the very mail
 * that it names, whose id nobody else can guess. One that comes again after a person lifted it changes nothing.
 */
export function heedBounce({
  suppressions,
  wishes,
  deliveries,
  onUnproven,
}: HeedBounceDeps): Handler<typeof mailBounced> {
  return async function heedBounce(event) {
    const bounce = await wishes.bounce(event.data.bounceId)
    if (!bounce) return reject('nobody wrote down what came back')
    const address = parseAddress(bounce.finalRecipient)
    if (bounce.action !== 'failed' || address.kind === 'refused' || !isAddressGone(bounce.status)) return done
    const { deliveryId } = bounce
    const ours = deliveryId === undefined ? undefined : await deliveries.read(deliveryId)
    // Where it goes is written down with its end; an answer can be quicker.
    if (ours?.state === 'sending') return retry('the mail that came back is still being sent', 5_000)
    const sentTo = parseAddress(ours?.outcome?.to)
    if (sentTo.kind === 'refused' || sentTo.suppressionKey !== address.suppressionKey) {
      onUnproven(bounce._id)
      return done
    }
    const newest = await wishes.newestSuppressionRequest(address.address, bounce.receivedAt)
    if (newest?.action === 'lift') return done
    const { _id: source, status, receivedAt } = bounce
    await suppressions.add({ _id: address.suppressionKey, reason: 'bounced', status, source }, receivedAt)
    return done
  }
}
