import type { deliveryResolved, mailRequested } from '@rounds/contracts'
import { done, type Handler, reject } from '@rounds/messaging'
import type { BatchLedger } from '../batch-work.ts'
import type { DeliveryLedger } from '../delivery-work.ts'
import type { MakeDelivery } from '../new-delivery.ts'
import type { Wishes } from '../wishes.ts'
import { byPerson } from './decided.ts'

export interface HearMailDeps {
  readonly deliveries: Pick<DeliveryLedger, 'accept' | 'resolve' | 'read'>
  readonly batches: Pick<BatchLedger, 'accept'>
  readonly wishes: Pick<Wishes, 'mail' | 'person'>
  readonly delivery: MakeDelivery
  /** Those who do the work; ringing only makes it quicker. */
  readonly ring: { care(): void; bulk(): void; batches(): void }
  /** Reads what campaigns say now, and does what follows. */
  readonly look: () => Promise<void>
}

/** Writes a single mail down. Somebody waits for it, so it goes before every campaign. */
export function acceptMail({
  deliveries,
  wishes,
  delivery,
  ring,
}: HearMailDeps): Handler<typeof mailRequested> {
  return async function acceptMail(event) {
    const mail = await wishes.mail(event.data.mailId)
    if (!mail) return reject('nobody wrote down what this mail is')
    const person = await wishes.person(mail.recipientId)
    const { key, input } = delivery({
      batchId: mail._id,
      batch: 'single',
      lane: 'care',
      // Whoever tries a template on themself waits for it: no quiet hours, and no limit to how often.
      purpose: mail.test ? 'care' : mail.purpose,
      template: mail.template,
      occasion: mail._id,
      recipient: {
        kind: 'person',
        id: mail.recipientId,
        name: person?.name ?? '',
        number: person?.number ?? '',
      },
      language: mail.language ?? person?.language ?? 'en',
      cause: causeOf(event),
    })
    await deliveries.accept(key, input)
    ring.care()
    return done
  }
}

/**
 * Writes the list down that has to be made. A campaign that waits for approval is looked at when that comes; one that is called
 * off as well, so that its end is said.
 */
export function acceptCampaign({ batches, ring, look }: Pick<HearMailDeps, 'batches' | 'ring' | 'look'>) {
  return async function acceptCampaign(event: {
    readonly id: string
    readonly correlationid: string
    readonly data: { readonly campaignId: string; readonly needsApproval?: boolean }
  }) {
    if (event.data.needsApproval) return done
    await batches.accept(event.data.campaignId, { kind: 'campaign', cause: causeOf(event) })
    await look()
    ring.batches()
    return done
  }
}

/** Only a bell: what holds is read from the campaign itself. */
export function lookAtCampaigns({ look }: Pick<HearMailDeps, 'look'>) {
  return async function lookAtCampaigns() {
    await look()
    return done
  }
}

/** What a person decided about a mail in doubt; once it is no longer in doubt there is nothing to decide. */
export function resolveDelivery({ deliveries, ring }: HearMailDeps): Handler<typeof deliveryResolved> {
  return async function resolveDelivery(event) {
    const { deliveryId } = event.data
    const work = await deliveries.read(deliveryId)
    if (!work) return reject('no such delivery')
    await deliveries.resolve(deliveryId, byPerson(event, work), event.id)
    if (work.input.lane === 'care') ring.care()
    else ring.bulk()
    return done
  }
}

const causeOf = ({ id, correlationid }: { readonly id: string; readonly correlationid: string }) => ({
  id,
  correlationid,
})
