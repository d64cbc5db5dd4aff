import type { AppointmentChange, AppointmentDocument, Role } from '@rounds/contracts'
import { dayIn } from '@rounds/schedule'
import type { Happened } from './appointment-events.ts'

/** Why an appointment is not changed. Expected answers, so they are values. */
export type Refusal =
  | 'already checked'
  | 'was cancelled'
  | 'was missed'
  | 'too early'
  | 'already begun'
  | 'in the past'
  | 'not by the patient'

/** What a change does: the fields to write and the kind of event that tells of it; `undefined` where it stands already. */
type Decision = { readonly set: Changed; readonly happened: Happened } | undefined | Refusal

type Changed = Partial<
  Pick<
    AppointmentDocument,
    | 'status'
    | 'startsAt'
    | 'checkedAt'
    | 'checkedBy'
    | 'bookedBy'
    | 'diagnosis'
    | 'prescription'
    | 'nextVisit'
    | 'cancelledAt'
    | 'cancelReason'
  >
>

type Standing = Pick<AppointmentDocument, 'status' | 'startsAt' | 'diagnosis' | 'prescription' | 'nextVisit'>
type Asked<Status> = Extract<AppointmentChange, { status: Status }>

/** Who decides: a patient may do one thing only with an appointment, and that before it begins. */
type By = 'staff' | 'patient'

/** Decides one change. Pure: the caller brings the time and keeps the result. Asking for what stands already is no fault. */
export function decide(
  appointment: Standing,
  asked: AppointmentChange,
  by: By,
  now: Date,
  zone: string,
): Decision {
  if ('startsAt' in asked)
    return by === 'patient' ? 'not by the patient' : reschedule(appointment, new Date(asked.startsAt), now)
  if (asked.status === 'cancelled') return cancel(appointment, asked, by, now)
  if (by === 'patient') return 'not by the patient'
  return asked.status === 'checked' ? check(appointment, asked, now, zone) : miss(appointment, now)
}

/**
 * Who answers for the change, since the history of a patient opens by it (`historyAccess` of contracts). A doctor who moves a visit
 * whose day is over has booked another one.
 */
export function signed(
  set: Changed,
  { startsAt }: Pick<AppointmentDocument, 'startsAt'>,
  who: { readonly role: Role; readonly personId: string },
  now: Date,
  zone: string,
): Changed {
  if (set.status === 'checked') return { ...set, checkedBy: who.personId }
  const isOver = dayIn(startsAt, zone) < dayIn(now, zone)
  return set.startsAt && who.role === 'doctor' && isOver ? { ...set, bookedBy: who.personId } : set
}

/** The doctor has seen the patient: FHIR's `fulfilled`, not its `checked-in`. Earlier than arranged, but not on an earlier day. */
function check(appointment: Standing, asked: Asked<'checked'>, now: Date, zone: string): Decision {
  const { diagnosis, prescription, nextVisit } = asked
  switch (appointment.status) {
    case 'booked':
    case 'missed': // Written off, and came after all.
      if (dayIn(now, zone) < dayIn(appointment.startsAt, zone)) return 'too early'
      return {
        set: {
          status: 'checked',
          checkedAt: now,
          diagnosis,
          ...(prescription === undefined ? {} : { prescription }),
          ...(nextVisit === undefined ? {} : { nextVisit }),
        },
        happened: 'checked',
      }
    case 'checked': {
      const isSame =
        appointment.diagnosis === diagnosis &&
        appointment.prescription === prescription &&
        appointment.nextVisit === nextVisit
      return isSame ? undefined : 'already checked'
    }
    case 'cancelled':
      return 'was cancelled'
    default:
      return appointment.status satisfies never
  }
}

function cancel(appointment: Standing, { reason }: Asked<'cancelled'>, by: By, now: Date): Decision {
  switch (appointment.status) {
    case 'booked':
      if (by === 'patient' && appointment.startsAt <= now) return 'already begun'
      return {
        set: {
          status: 'cancelled',
          cancelledAt: now,
          ...(reason === undefined ? {} : { cancelReason: reason }),
        },
        happened: 'cancelled',
      }
    case 'cancelled':
      return undefined
    case 'checked':
      return 'already checked'
    case 'missed':
      return 'was missed'
    default:
      return appointment.status satisfies never
  }
}

/** The patient did not come: FHIR's `noshow`. */
function miss(appointment: Standing, now: Date): Decision {
  switch (appointment.status) {
    case 'booked':
      return now < appointment.startsAt ? 'too early' : { set: { status: 'missed' }, happened: 'missed' }
    case 'missed':
      return undefined
    case 'checked':
      return 'already checked'
    case 'cancelled':
      return 'was cancelled'
    default:
      return appointment.status satisfies never
  }
}

function reschedule(appointment: Standing, startsAt: Date, now: Date): Decision {
  switch (appointment.status) {
    case 'booked':
      if (startsAt.getTime() === appointment.startsAt.getTime()) return undefined
      return startsAt > now ? { set: { startsAt }, happened: 'rescheduled' } : 'in the past'
    case 'missed':
      return 'was missed'
    case 'checked':
      return 'already checked'
    case 'cancelled':
      return 'was cancelled'
    default:
      return appointment.status satisfies never
  }
}
