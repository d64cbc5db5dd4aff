import type { AppointmentDocument, PersonDocument } from '@rounds/contracts'

/** Somebody of whom only what the test says matters: a patient named Ada Rao. */
export const aPerson = (said: Partial<PersonDocument> = {}): PersonDocument => ({
  _id: 'ada',
  kind: 'patient',
  name: 'Ada Rao',
  number: 'P-ada',
  language: 'en',
  zone: 'Asia/Kolkata',
  active: true,
  version: 1,
  createdAt: new Date(0),
  ...said,
})

/** An appointment of which only what the test says matters: Ada's with Dr. Rao, booked. The fee is a Decimal128. */
export const anAppointment = (
  said: Partial<AppointmentDocument> & Pick<AppointmentDocument, 'fee'>,
): AppointmentDocument => ({
  _id: 'visit',
  status: 'booked',
  startsAt: new Date(0),
  minutes: 15,
  patient: { id: 'ada', name: 'Ada Rao', number: 'P-ada' },
  doctor: { id: 'rao', name: 'Dr. Rao', number: 'D-rao' },
  department: { id: 'heart', name: 'Cardiology' },
  reason: 'Cough',
  bookedAt: new Date(0),
  version: 1,
  ...said,
})
