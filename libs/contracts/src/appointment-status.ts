import { type Static, Type } from 'typebox'

/**
 * An appointment's life, in the ward's words. `checked` means the doctor has seen the patient (FHIR `fulfilled`, not
 * FHIR `checked-in`), `missed` that the patient did not come (FHIR `noshow`).
 */
export const appointmentStatus = Type.Union([
  Type.Literal('booked'),
  Type.Literal('checked'),
  Type.Literal('cancelled'),
  Type.Literal('missed'),
])
export type AppointmentStatus = Static<typeof appointmentStatus>
