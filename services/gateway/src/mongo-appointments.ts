import type { AppointmentDocument } from '@rounds/contracts'
import { alsoSaying, type MongoStore, outboxOf, type WithOutbox } from '@rounds/ledger'
import { Decimal128, type Filter } from 'mongodb'
import type { AppointmentFilter, Appointments } from './appointments.ts'
import { literally } from './mongo-literal.ts'
import type { Page } from './page.ts'
import type { Principal } from './principal.ts'

type Stored = AppointmentDocument & Partial<WithOutbox>

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
  const withoutOutbox = { projection: { outbox: 0, outboxDue: 0 } }

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

    async isTaken(doctorId, from, minutes, except) {
      const until = new Date(from.getTime() + minutes * 60_000)
      const near = await appointments
        .find(
          {
            'doctor.id': doctorId,
            status: 'booked',
            startsAt: { $gt: new Date(from.getTime() - longestMs), $lt: until },
          },
          { projection: { startsAt: 1, minutes: 1 } },
        )
        .toArray()
      return near.some(
        (one) => one._id !== except && one.startsAt.getTime() + one.minutes * 60_000 > from.getTime(),
      )
    },

    async book(appointment, says) {
      const fee = Decimal128.fromString(appointment.fee.toString())
      await appointments.insertOne({ ...appointment, fee, ...outboxOf(says, now()) })
      rung()
    },

    async change(principal, { _id, version }, set, says) {
      const { matchedCount } = await appointments.updateOne({ $and: [reach(principal), { _id, version }] }, [
        { $set: { ...literally(set), version: version + 1, ...alsoSaying(says, now()) } },
      ])
      if (matchedCount === 1) rung()
      return matchedCount === 1
    },
  }
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
