import { createHmac, createSecretKey } from 'node:crypto'

export interface DeliveryIdentity {
  /** What makes it another mail than the one before: a campaign, a fire, or `appointmentOccasion`. */
  readonly occasion: string
  readonly recipientId: string
  readonly template: string
}

/** A visit that was moved has another version, and is told and reminded of anew. `offset` is such as `same-day`, or `booked`. */
export function appointmentOccasion(appointmentId: string, version: number, offset: string): string {
  return JSON.stringify([appointmentId, version, offset])
}

/**
 * Names deliveries: same occasion, recipient and template, same key, whoever asks and however late. It fits `identifier`.
 *
 * An HMAC and not a plain hash, because a key travels in a header while recipients can be guessed one by one.
 */
export function deliveryKeys(secret: string): (identity: DeliveryIdentity) => string {
  const key = createSecretKey(secret, 'utf8')
  return ({ occasion, recipientId, template }) => {
    // JSON, so that no two lists of parts are written alike.
    const parts = JSON.stringify([occasion, recipientId, template])
    return createHmac('sha256', key).update('delivery ').update(parts).digest('hex').slice(0, 32)
  }
}
