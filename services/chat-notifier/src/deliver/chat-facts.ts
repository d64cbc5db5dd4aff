import type { AppointmentDocument } from '@rounds/contracts'

/** Of a visit, what a space may learn at most: no diagnosis, no reason, no contact. */
export type Visit = Pick<AppointmentDocument, '_id' | 'startsAt' | 'patient' | 'doctor' | 'department'>

/** What is read at the moment of posting, and not before: it may have changed since it happened. */
export interface ChatFacts {
  visit(appointmentId: string): Promise<Visit | undefined>
  nameOf(personId: string): Promise<string | undefined>
}
