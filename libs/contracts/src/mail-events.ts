import { Type } from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { identifier } from './identifier.ts'
import { resolution, templateName } from './mail-words.ts'

const code = Type.String({ pattern: '^[A-Z][A-Z0-9_]*$', maxLength: 60, description: 'For machines' })

const delivery = {
  deliveryId: identifier('The delivery: one recipient, one occasion'),
  batchId: identifier('What it belongs to: a campaign, a fire, a single mail or an appointment'),
  template: templateName,
}

export const mailRequested = defineEvent({
  type: 'mail.requested',
  about: 'mailId',
  when: 'One person is to get one mail. Carries neither address nor text: whom and what stands in the published collection `mails`.',
  data: { mailId: identifier('This mail'), template: templateName },
})

export const mailSent = defineEvent({
  type: 'mail.sent',
  about: 'deliveryId',
  when: 'The relay took a mail over, which is not yet the mailbox. Said of single mails and the care lane; a campaign tells its totals when it is completed.',
  data: delivery,
})

export const mailFailed = defineEvent({
  type: 'mail.failed',
  about: 'deliveryId',
  when: 'A mail will not be sent, however often it is tried. Carries no address and nothing that the relay said.',
  data: { ...delivery, code },
})

export const mailSuppressed = defineEvent({
  type: 'mail.suppressed',
  about: 'deliveryId',
  when: 'A mail was not sent, on purpose: no consent, or the address is on the suppression list.',
  data: { ...delivery, code },
})

export const mailDoubted = defineEvent({
  type: 'mail.doubted',
  about: 'deliveryId',
  when: 'Nobody knows whether a mail left: the relay fell silent after the whole text. A person decides, unless the template says to send again.',
  data: delivery,
})

export const mailBounced = defineEvent({
  type: 'mail.bounced',
  about: 'bounceId',
  when: 'A bounce (RFC 3464) was handed in. Whose address it names stands in the published collection `bounces`.',
  data: { bounceId: identifier('The bounce') },
})

export const deliveryResolved = defineEvent({
  type: 'delivery.resolved',
  about: 'deliveryId',
  when: 'A person settled a delivery that was in doubt.',
  data: {
    deliveryId: identifier('The delivery'),
    as: resolution,
    resolvedBy: identifier('Who decided'),
  },
})

export const suppressionRequested = defineEvent({
  type: 'suppression.requested',
  about: 'requestId',
  when: 'An address is to be put on the suppression list or taken off it. Which, stands in the published collection `suppressionRequests`.',
  data: { requestId: identifier('The request') },
})

export const batchIncomplete = defineEvent({
  type: 'batch.incomplete',
  about: 'batchId',
  when: 'The nightly check found a batch or a fire of the last day that did not reach everybody it should have.',
  data: {
    batchId: identifier('The batch, or the fire that led to none'),
    checkId: identifier('Which check found it'),
    expected: Type.Integer({ minimum: 0 }),
    reached: Type.Integer({ minimum: 0, description: 'Deliveries that have an end, whichever' }),
  },
})

export type MailRequested = EventOf<typeof mailRequested>
export type MailSent = EventOf<typeof mailSent>
export type MailFailed = EventOf<typeof mailFailed>
export type MailSuppressed = EventOf<typeof mailSuppressed>
export type MailDoubted = EventOf<typeof mailDoubted>
export type MailBounced = EventOf<typeof mailBounced>
export type DeliveryResolved = EventOf<typeof deliveryResolved>
export type SuppressionRequested = EventOf<typeof suppressionRequested>
export type BatchIncomplete = EventOf<typeof batchIncomplete>
