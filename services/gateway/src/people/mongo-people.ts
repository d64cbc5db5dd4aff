import type { AppointmentDocument, DepartmentDocument, PersonDocument } from '@rounds/contracts'
import { duplicateKey, type MongoStore } from '@rounds/mongo'
import { type Collection, type Filter, MongoServerError } from 'mongodb'
import type { Principal } from '../http/index.ts'
import type { Departments, Kind, PatientsTreated, People, Search } from './people.ts'

const nobody = { _id: { $in: [] as string[] } }

/** Which people of a kind someone may see: the one place that says so. */
function reach({ role, personId }: Principal, kind: Kind): Filter<PersonDocument> {
  if (role === 'admin') return { kind }
  if (kind === 'doctor') return { kind, active: true }
  if (role === 'doctor') return { kind }
  return role === 'patient' ? { kind, _id: personId } : nobody
}

export function mongoPeople(store: Pick<MongoStore, 'collection'>, patientsTreated: PatientsTreated): People {
  const people = store.collection<PersonDocument>('people')
  const appointments = store.collection<AppointmentDocument>('appointments')

  return {
    read: async (principal, kind, id) =>
      (await people.findOne({ $and: [reach(principal, kind), { _id: id }] })) ?? undefined,
    async list(principal, kind, search) {
      const begins = beginning(search, ['name', 'number'])
      const filter = {
        $and: [reach(principal, kind), begins, await after(people, search, reach(principal, kind))],
      } as Filter<PersonDocument>
      return people.find(filter, { sort: { name: 1, _id: 1 }, limit: search.limit + 1 }).toArray()
    },
    contactsSeen: ({ role, personId }, patientIds) =>
      role === 'doctor' ? patientsTreated(personId, patientIds) : Promise.resolve(new Set(patientIds)),
    async namesOf(personIds) {
      const found = await people.find({ _id: { $in: [...personIds] } }, { projection: { name: 1 } }).toArray()
      return new Map(found.map(({ _id, name }) => [_id, name]))
    },
    active: async (_id) =>
      (await people.findOne(
        { _id, active: true },
        { projection: { kind: 1, name: 1, language: 1, departmentId: 1 } },
      )) ?? undefined,
    async add(person) {
      try {
        await people.insertOne(person)
        return true
      } catch (error) {
        if (error instanceof MongoServerError && error.code === duplicateKey) return false
        throw error
      }
    },
    async change({ _id, kind, version }, change) {
      const { matchedCount } = await people.updateOne(
        { _id, kind, version },
        { $set: { ...change, ...owing(change.name), version: version + 1 } },
      )
      if (matchedCount === 0) return false
      if (change.name !== undefined) await renewName(people, appointments, _id, change.name, shownAs(kind))
      return true
    },
  }
}

export function mongoDepartments(store: Pick<MongoStore, 'collection'>): Departments {
  const departments = store.collection<DepartmentDocument>('departments')
  const appointments = store.collection<AppointmentDocument>('appointments')
  const reachActive = ({ role }: Principal): Filter<DepartmentDocument> =>
    role === 'admin' ? {} : { active: true }

  return {
    read: async (principal, id) =>
      (await departments.findOne({ $and: [reachActive(principal), { _id: id }] })) ?? undefined,
    async list(principal, search) {
      const begins = beginning(search, ['name'])
      const filter = {
        $and: [reachActive(principal), begins, await after(departments, search, reachActive(principal))],
      } as Filter<DepartmentDocument>
      return departments.find(filter, { sort: { name: 1, _id: 1 }, limit: search.limit + 1 }).toArray()
    },
    async add(department) {
      await departments.insertOne(department)
    },
    async change({ _id, version }, change) {
      const { matchedCount } = await departments.updateOne(
        { _id, version },
        { $set: { ...change, ...owing(change.name), version: version + 1 } },
      )
      if (matchedCount === 0) return false
      if (change.name !== undefined) {
        await renewName(departments, appointments, _id, change.name, 'department')
      }
      return true
    },
  }
}

/**
 * Finishes renamings that were interrupted between the person and their appointments: the debt is written with the new
 * name and struck out when every appointment shows it.
 */
export async function renewOwedNames(store: Pick<MongoStore, 'collection'>): Promise<void> {
  const people = store.collection<PersonDocument>('people')
  const departments = store.collection<DepartmentDocument>('departments')
  const appointments = store.collection<AppointmentDocument>('appointments')
  for await (const { _id, name, kind } of people.find(owed)) {
    await renewName(people, appointments, _id, name, shownAs(kind))
  }
  for await (const { _id, name } of departments.find(owed)) {
    await renewName(departments, appointments, _id, name, 'department')
  }
}

const owed = { nameOwed: true }
const owing = (name: string | undefined) => (name === undefined ? {} : owed)
const shownAs = (kind: Kind | 'staff') => (kind === 'patient' ? 'patient' : 'doctor')

async function renewName<Row extends PersonDocument | DepartmentDocument>(
  rows: Collection<Row>,
  appointments: Collection<AppointmentDocument>,
  _id: string,
  name: string,
  shown: 'patient' | 'doctor' | 'department',
): Promise<void> {
  await appointments.updateMany({ [`${shown}.id`]: _id }, { $set: { [`${shown}.name`]: name } })
  // Only if nobody renamed them again meanwhile: then the debt is that one's.
  await rows.updateOne({ _id, name } as Filter<Row>, { $unset: { nameOwed: true } } as never)
}

function beginning({ q }: Search, fields: readonly string[]): object {
  if (q === undefined) return {}
  // Literal: what people type is no pattern.
  const start = new RegExp(`^${q.trim().replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`, 'i')
  return { $or: fields.map((field) => ({ [field]: start })) }
}

/**
 * The cursor names the last row only by its identifier, so that no name ends up in a URL; its name is looked up, among
 * what the caller may see.
 */
async function after<Row extends PersonDocument | DepartmentDocument>(
  rows: Collection<Row>,
  { position }: Search,
  reached: Filter<Row>,
): Promise<object> {
  if (!position) return {}
  const last = await rows.findOne({ $and: [reached, { _id: position.id }] } as Filter<Row>)
  if (!last) return nobody
  return { $or: [{ name: { $gt: last.name } }, { name: last.name, _id: { $gt: position.id } }] }
}
