import {
  type BounceDocument,
  type DeliveryBounce,
  type mailBounced,
  mailFailed,
  type SuppressionDocument,
  type suppressionRequested,
} from '@rounds/contracts'
import { isAddressGone, type Mailbox, parseAddress } from '@rounds/mail'
import { done, type Handler, type MakeEvent, reject, retry } from '@rounds/messaging'
import { type DeliveryLedger, dataOf } from '../delivery-work.ts'
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
  readonly deliveries: Pick<DeliveryLedger, 'read' | 'resolve'>
  /** Writes with a mail that was sent what came back of it; one that came back is counted as failed. The first stands. */
  readonly noteBounce: (
    deliveryKey: string,
    messageId: string | undefined,
    bounce: DeliveryBounce,
  ) => Promise<void>
  readonly make: MakeEvent
  /** A bounce says that an address is gone, and nothing shows that we ever wrote there. */
  readonly onUnproven: (bounceId: string) => void
}

/**
 * Nothing is sent any more to where nobody is, or to who calls it spam, and the mail that came back says so. Anybody can write a bounce: it
 * counts for an address to which we sent the very mail that it names, whose id nobody else can guess. About another address, such
 * as one behind an alias, it is noted with that mail for a person to look at. One that comes again after a person lifted the
 * address changes nothing on the list.
 */
export function handleBounce(deps: HeedBounceDeps): Handler<typeof mailBounced> {
  const { wishes, deliveries } = deps
  return async function handleBounce(event) {
    const bounce = await wishes.bounce(event.data.bounceId)
    if (!bounce) return reject('nobody wrote down what came back')
    const { _id: id, action, status, deliveryId, messageId, receivedAt: at } = bounce
    const isComplaint = action === 'complained'
    if (action !== 'failed' && !isComplaint) return done
    const ours = deliveryId === undefined ? undefined : await deliveries.read(deliveryId)
    // Where it goes is written down with its end; an answer can be quicker.
    if (ours?.state === 'sending') return retry('the mail that came back is still being sent', 5_000)
    const sentTo = parseAddress(ours?.outcome?.to)
    if (!ours || sentTo.kind === 'refused') {
      deps.onUnproven(id)
      return done
    }
    const facts = { id, at, ...(status === undefined ? {} : { status }) }
    if (!isAbout(bounce, sentTo)) {
      deps.onUnproven(id)
      await deps.noteBounce(ours.key, messageId, { kind: 'other address', ...facts })
      return done
    }
    if (isComplaint || isAddressGone(status ?? '')) await suppress(bounce, sentTo, deps)
    const noted: DeliveryBounce = { kind: isComplaint ? 'complaint' : 'returned', ...facts }
    if (ours.state === 'in doubt' && ours.outcome && !isComplaint) {
      const outcome = { ...ours.outcome, kind: 'failed', code: 'RETURNED', bounce: noted } as const
      const says = [deps.make(mailFailed, { ...dataOf(ours), code: 'RETURNED' }, ours.input.cause)]
      await deliveries.resolve(ours.key, { state: 'failed', outcome, says }, id)
    } else await deps.noteBounce(ours.key, messageId, noted)
    return done
  }
}

async function suppress(
  { _id: source, action, status, receivedAt }: BounceDocument,
  { address, suppressionKey }: Mailbox,
  { suppressions, wishes }: HeedBounceDeps,
): Promise<void> {
  const newest = await wishes.newestSuppressionRequest(address, receivedAt)
  if (newest?.action === 'lift') return
  const reason = action === 'complained' ? 'complaint' : 'bounced'
  const entry = { _id: suppressionKey, reason, ...(status === undefined ? {} : { status }), source } as const
  await suppressions.add(entry, receivedAt)
}

/** Names the address that we wrote to, before or behind an alias. A complaint need not name any: its Message-ID is enough. */
function isAbout(
  { action, finalRecipient, originalRecipient }: BounceDocument,
  { suppressionKey }: Mailbox,
): boolean {
  const named = [finalRecipient, originalRecipient].map((address) => parseAddress(address))
  if (action === 'complained' && named.every(({ kind }) => kind === 'refused')) return true
  return named.some((address) => address.kind === 'mailbox' && address.suppressionKey === suppressionKey)
}
