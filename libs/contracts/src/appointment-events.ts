import { Type } from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { identifier, instant } from './identifier.ts'

const whoAndWhere = {
  appointmentId: identifier('The appointment'),
  patientId: identifier('Whose appointment it is'),
  doctorId: identifier('The doctor'),
  departmentId: identifier('The department'),
  startsAt: instant('When it begins'),
  version: Type.Integer({ minimum: 1, description: 'Grows by one with each change of the appointment' }),
}

export const appointmentBooked = defineEvent({
  type: 'appointment.booked',
  about: 'appointmentId',
  when: 'An appointment was made. Carries no name, no address and no reason for the visit.',
  data: whoAndWhere,
})

export const appointmentRescheduled = defineEvent({
  type: 'appointment.rescheduled',
  about: 'appointmentId',
  when: 'A booked appointment was moved to another time. Carries no name and no reason.',
  data: { ...whoAndWhere, previousStartsAt: instant('When it would have begun') },
})

export const appointmentCancelled = defineEvent({
  type: 'appointment.cancelled',
  about: 'appointmentId',
  when: 'An appointment was called off. Who did so and why stay with the gateway.',
  data: whoAndWhere,
})

export const appointmentChecked = defineEvent({
  type: 'appointment.checked',
  about: 'appointmentId',
  when: "The doctor has seen the patient: FHIR's `fulfilled`, not its `checked-in`. Carries neither diagnosis nor prescription.",
  data: {
    ...whoAndWhere,
    checkedAt: instant('When the doctor marked it'),
    fhirStatus: Type.Literal('fulfilled', {
      description: 'FHIR Appointment.status, against the usual mistake',
    }),
  },
})

export const appointmentMissed = defineEvent({
  type: 'appointment.missed',
  about: 'appointmentId',
  when: "The patient did not come: FHIR's `noshow`.",
  data: whoAndWhere,
})

export type AppointmentBooked = EventOf<typeof appointmentBooked>
export type AppointmentRescheduled = EventOf<typeof appointmentRescheduled>
export type AppointmentCancelled = EventOf<typeof appointmentCancelled>
export type AppointmentChecked = EventOf<typeof appointmentChecked>
export type AppointmentMissed = EventOf<typeof appointmentMissed>
