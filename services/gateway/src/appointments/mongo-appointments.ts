import type { AppointmentDocument } from '@rounds/contracts'
import { alsoSaying, type MongoStore, outboxOf, type WithOutbox } from '@rounds/mongo'
import { Decimal128, type Filter } from 'mongodb'
import { type Page, type Principal, toLiteral } from '../http/index.ts'
import type { AppointmentFilter, Appointments } from './appointments.ts'
import { freePlaces, isPlaceTaken, somePlaces, type WithOpenPlaces } from './mongo-open-places.ts'
import { slotsOf, takenBy, type WithSlots } from './mongo-slots.ts'

type Stored = AppointmentDocument & Partial<WithOutbox> & WithSlots & WithOpenPlaces

/** Longest appointment there is, for looking back from a moment. */
const longestMs = 480 * 60_000

/** Whose appointments someone reaches: the one place that says so. */
function reach({ role, personId }: Principal): Filter<Stored> {
  if (role === 'admin') return {}
  if (role === 'doctor') return { 'doctor.id': personId }
  if (role === 'patient') return { 'patient.id': personId }
  return { _id: { $in: [] } }
}

/** `rung` is called once something was written that has to be said. */
export function mongoAppointments(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
  rung: () => void,
): Appointments {
  const appointments = store.collection<Stored>('appointments')
  const withoutOutbox = { projection: { outbox: 0, outboxDue: 0, slots: 0, openPlaces: 0 } }

  return {
    read: async (principal, id) =>
      (await appointments.findOne({ $and: [reach(principal), { _id: id }] }, withoutOutbox)) ?? undefined,

    list(principal, filter, order, page) {
      const direction = order === 'latest' ? -1 : 1
      return appointments
        .find({ $and: [reach(principal), wanted(filter), beyond(page, direction)] }, withoutOutbox)
        .sort({ startsAt: direction, _id: direction })
        .limit(page.limit + 1)
        .toArray()
    },

    async doctorsOf(appointmentIds) {
      const found = await appointments
        .find({ _id: { $in: [...appointmentIds] } }, { projection: { 'doctor.id': 1 } })
        .toArray()
      return new Map(found.map(({ _id, doctor }) => [_id, doctor.id]))
    },

    async busy({ _id, doctor, patient, startsAt, minutes }) {
      const until = new Date(startsAt.getTime() + minutes * 60_000)
      const near = await appointments
        .find(
          {
            $or: [{ 'doctor.id': doctor.id }, { 'patient.id': patient.id }],
            status: 'booked',
            startsAt: { $gt: new Date(startsAt.getTime() - longestMs), $lt: until },
          },
          { projection: { startsAt: 1, minutes: 1, 'doctor.id': 1 } },
        )
        .toArray()
      const inTheWay = near.filter(
        (one) => one._id !== _id && one.startsAt.getTime() + one.minutes * 60_000 > startsAt.getTime(),
      )
      if (inTheWay.length === 0) return undefined
      return inTheWay.some((one) => one.doctor.id === doctor.id) ? 'doctor' : 'patient'
    },

    async book(appointment, says, bounds) {
      const fee = Decimal128.fromString(appointment.fee.toString())
      const slots = slotsOf(appointment.startsAt, appointment.minutes)
      const document = { ...appointment, fee, slots, ...outboxOf(says, now()) }
      let openPlaces = bounds && somePlaces(appointment, bounds)
      for (;;) {
        try {
          await appointments.insertOne({ ...document, ...(openPlaces ? { openPlaces } : {}) })
          rung()
          return 'written'
        } catch (error) {
          if (!bounds || !isPlaceTaken(error)) return takenBy(error)
        }
        // Each time round somebody took what was free, of which there are only so many.
        const free = await freePlaces(store, appointment, bounds, now())
        if (typeof free === 'string') return free
        openPlaces = free
      }
    },

    async change(principal, read, set, says) {
      const { _id, version } = read
      const held = { ...toLiteral(set), ...toLiteral(slotsAfter(read, set)) }
      try {
        const { matchedCount } = await appointments.updateOne(
          { $and: [reach(principal), { _id, version }] },
          [{ $set: { ...held, version: version + 1, ...alsoSaying(says, now()) } }],
        )
        if (matchedCount === 0) return 'changed meanwhile'
      } catch (error) {
        return takenBy(error)
      }
      rung()
      return 'written'
    },
  }
}

/** What the appointment holds once it is changed: nothing when it is no longer to come. */
function slotsAfter(
  read: AppointmentDocument,
  set: Partial<AppointmentDocument>,
): { slots?: number[] | undefined; openPlaces?: undefined } {
  const { status, startsAt, minutes } = { ...read, ...set }
  return status === 'booked'
    ? { slots: slotsOf(startsAt, minutes) }
    : { slots: undefined, openPlaces: undefined }
}

function wanted({
  since,
  until,
  departmentId,
  doctorId,
  patientId,
  status,
}: AppointmentFilter): Filter<Stored> {
  return {
    ...(since || until
      ? { startsAt: { ...(since ? { $gte: since } : {}), ...(until ? { $lt: until } : {}) } }
      : {}),
    ...(departmentId === undefined ? {} : { 'department.id': departmentId }),
    ...(doctorId === undefined ? {} : { 'doctor.id': doctorId }),
    ...(patientId === undefined ? {} : { 'patient.id': patientId }),
    ...(status === undefined ? {} : { status }),
  }
}

function beyond({ position }: Page, direction: 1 | -1): Filter<Stored> {
  if (!position) return {}
  const further = direction === 1 ? '$gt' : '$lt'
  const startsAt = new Date(position.after)
  // The first line says nothing new, but it is what the index can begin at.
  return {
    startsAt: { [`${further}e`]: startsAt },
    $or: [{ startsAt: { [further]: startsAt } }, { _id: { [further]: position.id } }],
  }
}
