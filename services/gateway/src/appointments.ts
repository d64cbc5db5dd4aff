import {
  type Appointment,
  type AppointmentDocument,
  type AppointmentStatus,
  classOf,
  type HospitalEvent,
  maySee,
} from '@rounds/contracts'
import type { Page } from './page.ts'
import type { Principal } from './principal.ts'

export interface AppointmentFilter {
  readonly since?: Date
  readonly until?: Date
  readonly departmentId?: string
  readonly doctorId?: string
  readonly patientId?: string
  readonly status?: AppointmentStatus
}

/** The appointments, as far as the one who asks may reach them. */
export interface Appointments {
  read(principal: Principal, id: string): Promise<AppointmentDocument | undefined>
  /** By time; one more than the page asks for. */
  list(
    principal: Principal,
    filter: AppointmentFilter,
    order: 'soonest' | 'latest',
    page: Page,
  ): Promise<AppointmentDocument[]>
  /** Whether the doctor has somebody booked within this time, `except` for this appointment. */
  isTaken(doctorId: string, from: Date, minutes: number, except?: string): Promise<boolean>
  /** Writes the appointment and what it says in one document. */
  book(appointment: AppointmentDocument, says: readonly HospitalEvent[]): Promise<void>
  /** Writes the change and what it says, unless the appointment is no longer the one that was read. Answers which. */
  change(
    principal: Principal,
    read: AppointmentDocument,
    set: Partial<AppointmentDocument>,
    says: readonly HospitalEvent[],
  ): Promise<boolean>
}

/** An appointment without what was found and prescribed. */
export function shownAppointment(document: AppointmentDocument): Appointment {
  const {
    _id,
    status,
    startsAt,
    minutes,
    patient,
    doctor,
    department,
    reason,
    fee,
    bookedAt,
    checkedAt,
    version,
  } = document
  return {
    appointmentId: _id,
    status,
    startsAt: startsAt.toISOString(),
    minutes,
    patient,
    doctor,
    department,
    reason,
    fee: fee.toString(),
    bookedAt: bookedAt.toISOString(),
    ...(checkedAt === undefined ? {} : { checkedAt: checkedAt.toISOString() }),
    version,
  }
}

const visitNotes = ['diagnosis', 'prescription', 'nextVisit'] as const

/** An appointment opened: with what the doctor wrote down, as far as this role may see it. */
export function openedAppointment(document: AppointmentDocument, { role }: Principal): Appointment {
  // What has no class is treated as the most guarded one.
  const seen = visitNotes.filter((field) => maySee(role, classOf('appointments', field) ?? 'clinical'))
  const written = seen.flatMap((field) => (document[field] === undefined ? [] : [[field, document[field]]]))
  return { ...shownAppointment(document), ...Object.fromEntries(written) }
}

/** What every appointment event carries. */
export const whoAndWhere = (document: AppointmentDocument) => ({
  appointmentId: document._id,
  patientId: document.patient.id,
  doctorId: document.doctor.id,
  departmentId: document.department.id,
  startsAt: document.startsAt.toISOString(),
  version: document.version,
})
