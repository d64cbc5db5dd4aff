import type {
  AppointmentBooked,
  AppointmentCancelled,
  AppointmentRescheduled,
  appointmentBooked,
  appointmentCancelled,
  appointmentRescheduled,
} from '@rounds/contracts'
import { appointmentOccasion, type TemplateId } from '@rounds/mail'
import { done, type Handler, reject } from '@rounds/messaging'
import type { DeliveryLedger } from '../delivery-work.ts'
import type { MakeDelivery } from '../new-delivery.ts'
import type { Wishes } from '../wishes.ts'

export interface TellAppointmentsDeps {
  readonly deliveries: Pick<DeliveryLedger, 'accept'>
  readonly wishes: Pick<Wishes, 'appointment' | 'languageOf'>
  readonly delivery: MakeDelivery
  readonly ring: () => void
  readonly now: () => Date
  /** Some houses tell their patients otherwise. */
  readonly isOn: boolean
}

type What = 'booked' | 'changed' | 'cancelled'
type Told = AppointmentBooked | AppointmentRescheduled | AppointmentCancelled

/** Writes a mail down for the patient whose visit was booked, moved or called off; one for each version of the visit. */
export function tellAppointments({ deliveries, wishes, delivery, ring, now, isOn }: TellAppointmentsDeps) {
  const tell = (what: What) =>
    async function tellPatient(event: Told) {
      if (!isOn) return done
      const { appointmentId, version } = event.data
      const appointment = await wishes.appointment(appointmentId)
      if (!appointment) return reject('no such appointment')
      // What another system first tells of last year, or a clerk puts in order afterwards, is no news to the patient.
      if (appointment.startsAt <= now()) return done
      const template: TemplateId = `appointment-${what}`
      const { key, input } = delivery({
        batchId: `${appointmentId}-${version}-${what}`,
        batch: 'appointment',
        lane: 'care',
        template,
        occasion: appointmentOccasion(appointmentId, version, what),
        recipient: { kind: 'person', ...appointment.patient },
        language: await wishes.languageOf(appointment.patient.id),
        appointmentId,
        appointmentVersion: version,
        ...('previousStartsAt' in event.data
          ? { previousStartsAt: new Date(event.data.previousStartsAt) }
          : {}),
        cause: { id: event.id, correlationid: event.correlationid },
      })
      await deliveries.accept(key, input)
      ring()
      return done
    }
  return {
    booked: tell('booked') as Handler<typeof appointmentBooked>,
    rescheduled: tell('changed') as Handler<typeof appointmentRescheduled>,
    cancelled: tell('cancelled') as Handler<typeof appointmentCancelled>,
  }
}
