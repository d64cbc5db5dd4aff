import type { mailBounced, SuppressionDocument, suppressionRequested } from '@rounds/contracts'
import { parseAddress } from '@rounds/mail'
import { done, type Handler, reject } from '@rounds/messaging'
import type { Wishes } from '../wishes.ts'

export interface Suppressions {
  /** Keeps since when an address is there, and whatever reason was there first. */
  add(entry: Pick<SuppressionDocument, '_id' | 'reason' | 'status' | 'source'>, at: Date): Promise<void>
  lift(key: string): Promise<void>
}

export interface SuppressDeps {
  readonly suppressions: Suppressions
  readonly wishes: Pick<Wishes, 'suppressionRequest' | 'newestSuppressionRequest' | 'bounce'>
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

/** Nothing is sent any more to where nobody is. A bounce that comes again after a person lifted it changes nothing. */
export function heedBounce({ suppressions, wishes }: SuppressDeps): Handler<typeof mailBounced> {
  return async function heedBounce(event) {
    const bounce = await wishes.bounce(event.data.bounceId)
    if (!bounce) return reject('nobody wrote down what came back')
    const address = parseAddress(bounce.finalRecipient)
    if (bounce.action !== 'failed' || address.kind === 'refused' || !isGone(bounce.status)) return done
    const newest = await wishes.newestSuppressionRequest(address.address, bounce.receivedAt)
    if (newest?.action === 'lift') return done
    const { _id: source, status, receivedAt } = bounce
    await suppressions.add({ _id: address.suppressionKey, reason: 'bounced', status, source }, receivedAt)
    return done
  }
}

/** A mailbox that is full, a policy or a network may be another tomorrow; an address that is none stays none. */
export function isGone(status: string): boolean {
  return /^5\.(0\.0|1\.(?![78]$)\d+|2\.1)$/.test(status)
}
