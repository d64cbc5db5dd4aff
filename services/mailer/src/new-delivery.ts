import type { DeliveryInput } from '@rounds/contracts'
import { type DeliveryIdentity, templateOf } from '@rounds/mail'

/** A delivery that is wanted, with the key that makes it the same one whoever wants it and however late. */
export interface NewDelivery {
  readonly key: string
  readonly input: DeliveryInput
}

/** All of a delivery that its template does not say. */
export type Wanted = Omit<DeliveryInput, 'templateVersion' | 'purpose'> &
  Partial<Pick<DeliveryInput, 'purpose'>>

export type MakeDelivery = (wanted: Wanted) => NewDelivery

export function deliveryMaker(keyOf: (identity: DeliveryIdentity) => string): MakeDelivery {
  return (wanted) => {
    const { occasion, recipient, template } = wanted
    const known = templateOf(template)
    return {
      key: keyOf({ occasion, recipientId: recipient.id, template }),
      // A template that is gone fails where somebody can see it: at the delivery.
      input: { purpose: known?.purpose ?? 'administrative', ...wanted, templateVersion: known?.version ?? 0 },
    }
  }
}
