import {
  type Appointment,
  type AppointmentDocument,
  type AppointmentStatus,
  classOf,
  type HospitalEvent,
  maySee,
} from '@rounds/contracts'
import { type Page, type Principal, ProblemError } from '../http/index.ts'

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
  /** Who of the two has another appointment within this one's time. For a friendly answer: two who ask at once are told apart by the writes. */
  busy(
    appointment: Pick<AppointmentDocument, '_id' | 'doctor' | 'patient' | 'startsAt' | 'minutes'>,
  ): Promise<Busy | undefined>
  /** Whose appointments these are. */
  doctorsOf(appointmentIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /**
   * Writes the appointment and what it says in one document, unless somebody holds a minute of it, or its patient has as many open as
   * the bounds allow, where there are any.
   */
  book(
    appointment: AppointmentDocument,
    says: readonly HospitalEvent[],
    bounds?: OpenVisitBounds,
  ): Promise<'written' | Busy | TooMany>
  /** Writes the change and what it says, unless the appointment is no longer the one that was read, or somebody holds its new time. */
  change(
    principal: Principal,
    read: AppointmentDocument,
    set: Partial<AppointmentDocument>,
    says: readonly HospitalEvent[],
  ): Promise<'written' | 'changed meanwhile' | Busy>
}

/** How many visits to come a patient may have booked for themself, of all doctors and of one. */
export interface OpenVisitBounds {
  readonly ofPatient: number
  readonly withDoctor: number
}

export type TooMany = 'too many' | 'too many with doctor'

/** Who has no time. */
export type Busy = 'doctor' | 'patient'

export const timeTaken = (busy: Busy) =>
  new ProblemError(409, 'TIME_TAKEN', timeTakenTitles[busy], {
    errors: [{ pointer: '/startsAt', detail: 'is taken' }],
  })

const timeTakenTitles: Readonly<Record<Busy, string>> = {
  doctor: 'The doctor has somebody else at that time',
  patient: 'The patient has another appointment at that time',
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
