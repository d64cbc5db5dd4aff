import type { AppointmentDocument } from './collections.ts'

/** What the relation is read from: a visit of one patient with one doctor. */
export type RelationVisit = Pick<
  AppointmentDocument,
  'status' | 'startsAt' | 'doctor' | 'bookedBy' | 'checkedBy'
> & { readonly origin?: { readonly system: string } }

/** The same for MongoDB: what has to be read of it. */
export const relationFields = {
  _id: 0,
  status: 1,
  startsAt: 1,
  doctor: 1,
  bookedBy: 1,
  checkedBy: 1,
  'origin.system': 1,
} as const

/**
 * How much of a patient's history a doctor may read: all of it, only the visits that the two had (`own visits`), or
 * nothing.
 */
export type HistoryAccess = 'whole' | 'own visits' | 'none'

/**
 * The rule of SECURITY.md, "Who may read a patient's history". It decides from the visits between the two, at the moment of
 * asking; `startOfToday` is the first instant of the hospital's day. Emergency access comes on top of it.
 *
 * Fails closed: a visit of which nobody wrote down who booked it proves nothing but itself.
 */
export function historyAccess(
  doctorId: string,
  visits: readonly RelationVisit[],
  startOfToday: Date,
): HistoryAccess {
  const theirs = visits.filter(({ doctor }) => doctor.id === doctorId)
  if (theirs.some((visit) => isRelation(visit, startOfToday))) return 'whole'
  return theirs.some(({ status }) => status === 'checked') ? 'own visits' : 'none'
}

function isRelation(visit: RelationVisit, startOfToday: Date): boolean {
  const { status, startsAt, doctor, bookedBy, checkedBy, origin } = visit
  if (bookedBy === undefined) return false
  switch (status) {
    case 'booked':
      return bookedBy !== doctor.id && startsAt >= startOfToday
    case 'checked':
      // One voice alone, the doctor's or that of another system, may say of a visit whatever it likes.
      return bookedBy !== checkedBy || (bookedBy !== doctor.id && bookedBy !== origin?.system)
    case 'cancelled':
    case 'missed':
      return false
    default:
      status satisfies never
      return false
  }
}

/** Which visits are left of a history where no more than `own visits` may be read, as a filter for MongoDB. */
export const ownVisits = (doctorId: string) => ({ 'doctor.id': doctorId, status: 'checked' }) as const
