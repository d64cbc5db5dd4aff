import type { AppointmentDocument, DepartmentDocument, PersonDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/ledger'
import { type Collection, type Filter, MongoServerError } from 'mongodb'
import type { Departments, Kind, People, Search } from './people.ts'
import type { Principal } from './principal.ts'

const nobody = { _id: { $in: [] as string[] } }

/** Which people of a kind someone may see: the one place that says so. */
function reach({ role, personId }: Principal, kind: Kind): Filter<PersonDocument> {
  if (role === 'admin') return { kind }
  if (kind === 'doctor') return { kind, active: true }
  if (role === 'doctor') return { kind }
  return role === 'patient' ? { kind, _id: personId } : nobody
}

export function mongoPeople(store: Pick<MongoStore, 'collection'>): People {
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
    async add(person) {
      try {
        await people.insertOne(person)
        return true
      } catch (error) {
        if (error instanceof MongoServerError && error.code === 11_000) return false
        throw error
      }
    },
    async change({ _id, kind, version }, change) {
      const { matchedCount } = await people.updateOne(
        { _id, kind, version },
        { $set: { ...change, version: version + 1 } },
      )
      if (matchedCount === 0) return false
      if (change.name !== undefined) {
        const shown = kind === 'patient' ? 'patient' : 'doctor'
        await appointments.updateMany({ [`${shown}.id`]: _id }, { $set: { [`${shown}.name`]: change.name } })
      }
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
        { $set: { ...change, version: version + 1 } },
      )
      if (matchedCount === 0) return false
      if (change.name !== undefined) {
        await appointments.updateMany({ 'department.id': _id }, { $set: { 'department.name': change.name } })
      }
      return true
    },
  }
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
