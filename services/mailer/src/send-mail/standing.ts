import type { DeliveryInput } from '@rounds/contracts'
import type { SendingFacts } from '../mail-facts.ts'

/** Why a mail that was wanted is no longer true; nothing when it still is. */
export type Outdated =
  | 'NO_SUCH_PERSON'
  | 'NOT_ACTIVE'
  | 'APPOINTMENT_GONE'
  | 'APPOINTMENT_CANCELLED'
  | 'APPOINTMENT_CHANGED'
  | 'APPOINTMENT_OVER'

/** Looks at what has changed since the mail was wanted. */
export function outdated(input: DeliveryInput, facts: SendingFacts, now: Date): Outdated | undefined {
  if (!facts.recipient) return 'NO_SUCH_PERSON'
  if (!facts.recipient.isActive) return 'NOT_ACTIVE'
  if (input.appointmentId === undefined) return undefined
  const { appointment } = facts
  if (!appointment) return 'APPOINTMENT_GONE'
  // Its own mail, however late it is: who comes in vain is worse off.
  if (input.template === 'appointment-cancelled')
    return appointment.status === 'cancelled' ? undefined : 'APPOINTMENT_CHANGED'
  if (appointment.status === 'cancelled') return 'APPOINTMENT_CANCELLED'
  if (appointment.version !== input.appointmentVersion) return 'APPOINTMENT_CHANGED'
  return appointment.startsAt <= now ? 'APPOINTMENT_OVER' : undefined
}
