import {
  type AppointmentDocument,
  appointmentBooked,
  appointmentCancelled,
  appointmentChecked,
  appointmentMissed,
  appointmentRescheduled,
  type HospitalEvent,
} from '@rounds/contracts'
import type { Cause, MakeEvent } from '@rounds/messaging'
import { whoAndWhere } from './appointments.ts'

/** What may happen to an appointment, in the words of our events. */
export type Happened = 'booked' | 'checked' | 'cancelled' | 'missed' | 'rescheduled'

/**
 * What the hospital hears of a change: who and when, never what was found. `at` is when it happened, which may be long before we
 * hear of it: by that its hearers tell news from what is too old to be any.
 */
export function newsOf(
  happened: Happened,
  before: Pick<AppointmentDocument, 'startsAt'>,
  after: AppointmentDocument,
  make: MakeEvent,
  cause: Cause,
  at: Date,
): HospitalEvent {
  const fixed = { time: at }
  const data = whoAndWhere(after)
  switch (happened) {
    case 'booked':
      return make(appointmentBooked, data, cause, fixed)
    case 'checked': {
      const checkedAt = (after.checkedAt ?? after.startsAt).toISOString()
      return make(appointmentChecked, { ...data, checkedAt, fhirStatus: 'fulfilled' }, cause, fixed)
    }
    case 'cancelled':
      return make(appointmentCancelled, data, cause, fixed)
    case 'missed':
      return make(appointmentMissed, data, cause, fixed)
    case 'rescheduled':
      return make(
        appointmentRescheduled,
        { ...data, previousStartsAt: before.startsAt.toISOString() },
        cause,
        fixed,
      )
    default:
      return happened satisfies never
  }
}
