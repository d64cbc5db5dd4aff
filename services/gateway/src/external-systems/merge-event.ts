import type { AppointmentDocument, AppointmentStatus, IntakeEvent, IntakeType } from '@rounds/contracts'
import type { Happened } from '../appointments/index.ts'
import type { Refusal } from './authorize-event.ts'

/** An event of another system, with the people it names looked up. */
export interface Heard {
  readonly system: string
  /** By which the event is known for ever. */
  readonly key: string
  readonly event: IntakeEvent
  readonly patient: AppointmentDocument['patient']
  readonly doctor: AppointmentDocument['doctor']
  readonly department: AppointmentDocument['department']
}

/** What hearing it does: a new appointment, other fields (`undefined` takes one away), or nothing. */
export type ConsumerRow =
  | { readonly make: AppointmentDocument; readonly happened: Happened }
  | { readonly set: Changed; readonly happened: Happened | undefined }
  | { readonly refusal: Refusal }
  | 'known'

export type Changed = {
  readonly [Field in keyof AppointmentDocument]?: AppointmentDocument[Field] | undefined
}

/**
 * Decides what an event changes. Pure.
 *
 * Of all that a system said of an appointment the greatest word holds: by its version, then its time, then its key. So the
 * same events end in the same appointment in any order and however often they come. What the doctor wrote down here no
 * other system takes away: from then on the appointment stands as it was seen, and only the greatest word that says so, too, is
 * noted.
 */
export function hear(before: AppointmentDocument | undefined, id: string, heard: Heard): ConsumerRow {
  const said = wordOf(heard)
  if (!before) {
    const { checkedAt, checkedBy, cancelledAt, ...always } = said
    const make = {
      _id: id,
      reason: '',
      fee: '0',
      version: 1,
      ...always,
      ...(checkedAt ? { checkedAt } : {}),
      ...(checkedBy ? { checkedBy } : {}),
      ...(cancelledAt ? { cancelledAt } : {}),
    }
    return { make, happened: said.status }
  }
  // The same event, whatever else it says this time: as it came first it counts.
  if (said.origin.key === before.origin?.key) return 'known'
  if (wasCheckedHere(before)) {
    if (!isGreater(said.origin, before.origin)) return 'known'
    return said.status === 'checked'
      ? { set: { origin: said.origin }, happened: undefined }
      : { refusal: { code: 'CHECKED_HERE', faults: ['/type comes too late: the patient was seen here'] } }
  }
  // The earliest that was ever said of it, also when that comes late.
  const bookedAt = said.bookedAt < before.bookedAt ? said.bookedAt : before.bookedAt
  if (!isGreater(said.origin, before.origin))
    return bookedAt < before.bookedAt ? { set: { bookedAt }, happened: undefined } : 'known'
  return { set: { ...said, bookedAt }, happened: happenedBetween(before, said) }
}

/**
 * When it happened, as the system says; now at the latest, since its clock may be ahead. What was down for hours, or tells of
 * last year when it first comes, does not make news of it.
 */
export function happenedAt({ type, time, data }: IntakeEvent, now: Date): Date {
  const seen = type === 'appointment.checked' ? data.checkedAt : undefined
  return new Date(Math.min(now.getTime(), Date.parse(time), Date.parse(seen ?? time)))
}

type Origin = NonNullable<AppointmentDocument['origin']>

/** All that an event says of its appointment. */
function wordOf({ system, key, event, patient, doctor, department }: Heard) {
  const { data } = event
  const at = new Date(event.time)
  const status = statusAfter[event.type]
  const origin: Origin = {
    system,
    appointmentNumber: data.appointmentNumber,
    version: data.version ?? 0,
    at,
    key,
    status,
  }
  return {
    status,
    startsAt: new Date(data.startsAt),
    minutes: data.minutes,
    patient,
    doctor,
    department,
    bookedAt: at,
    bookedBy: system,
    checkedAt: status === 'checked' ? new Date(data.checkedAt ?? event.time) : undefined,
    checkedBy: status === 'checked' ? system : undefined,
    cancelledAt: status === 'cancelled' ? at : undefined,
    origin,
  }
}

const statusAfter: Readonly<Record<IntakeType, AppointmentStatus>> = {
  'appointment.booked': 'booked',
  'appointment.rescheduled': 'booked',
  'appointment.cancelled': 'cancelled',
  'appointment.checked': 'checked',
  'appointment.missed': 'missed',
}

/** By what only a check here writes, and nothing takes away: the last word of the system passes. */
const wasCheckedHere = ({ status, diagnosis }: AppointmentDocument) =>
  status === 'checked' && diagnosis !== undefined

function isGreater(one: Origin, other: Origin | undefined): boolean {
  if (!other) return true
  if (one.version !== other.version) return one.version > other.version
  if (one.at.getTime() !== other.at.getTime()) return one.at > other.at
  return one.key > other.key
}

function happenedBetween(
  before: AppointmentDocument,
  after: ReturnType<typeof wordOf>,
): Happened | undefined {
  if (before.status !== after.status) return after.status
  const isElsewhere =
    before.startsAt.getTime() !== after.startsAt.getTime() ||
    before.patient.id !== after.patient.id ||
    before.doctor.id !== after.doctor.id ||
    before.department.id !== after.department.id
  return after.status === 'booked' && isElsewhere ? 'rescheduled' : undefined
}
