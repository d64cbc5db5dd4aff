import {
  type DepartmentDocument,
  type PersonDocument,
  type SpaceDocument,
  type SpaceStateDocument,
  stoppedBy,
} from '@rounds/contracts'
import { alsoSaying, type MongoStore, outboxOf, type WithOutbox } from '@rounds/mongo'
import type { Filter, IndexDescription } from 'mongodb'
import {
  nameKeyIndex,
  nameKeyOf,
  standingKey,
  toLiteral,
  toLiteralReplacement,
  type WithNameKey,
} from '../http/index.ts'
import type { Onlooker, Spaces } from './spaces.ts'

export const spaceIndexes: readonly IndexDescription[] = [{ key: { removedAt: 1, name: 1 } }, nameKeyIndex]

type Stored = SpaceDocument & WithOutbox & WithNameKey

const projection = { outbox: 0, outboxDue: 0, nameKey: 0 } as const
const nobody = { _id: { $in: [] as string[] } }
const most = 500

/** Who sees spaces at all: the one place that says so. */
const standing = ({ role }: Onlooker): Filter<Stored> =>
  role === 'admin' || role === 'ops' ? { removedAt: { $exists: false } } : nobody

/** `rung` is called once something was written that has to be said. */
export function mongoSpaces(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
  rung: () => void,
): Spaces {
  const spaces = store.collection<Stored>('spaces')
  const states = store.collection<SpaceStateDocument>('spaceStates')
  const people = store.collection<PersonDocument>('people')
  const departments = store.collection<DepartmentDocument>('departments')
  let wereSome = false

  return {
    list: (onlooker) =>
      spaces
        .find<SpaceDocument>(standing(onlooker), { projection, sort: { name: 1, _id: 1 }, limit: most })
        .toArray(),

    read: async (onlooker, _id) =>
      (await spaces.findOne<SpaceDocument>({ $and: [standing(onlooker), { _id }] }, { projection })) ??
      undefined,

    async add(space, says) {
      const nameKey = nameKeyOf(space.name)
      try {
        await spaces.insertOne({ ...space, nameKey, ...outboxOf(says, space.updatedAt) })
      } catch (error) {
        return standingKey(error) === 'name' ? 'name taken' : 'known'
      }
      rung()
      return 'written'
    },

    async change({ _id, version, ...before }, after, says) {
      const nameKey = after.removedAt ? undefined : nameKeyOf(after.name)
      const set = { ...toLiteralReplacement(before, after), ...toLiteral({ nameKey }) }
      try {
        const { matchedCount } = await spaces.updateOne({ _id, version }, [
          { $set: { ...set, ...alsoSaying(says, after.updatedAt) } },
        ])
        if (matchedCount === 0) return 'changed meanwhile'
      } catch (error) {
        standingKey(error)
        return 'name taken'
      }
      rung()
      return 'written'
    },

    async say(_id, says) {
      await spaces.updateOne({ _id }, [{ $set: alsoSaying(says, now()) }])
      rung()
    },

    async wereEver() {
      wereSome ||= (await spaces.findOne({}, { projection: { _id: 1 } })) !== null
      return wereSome
    },

    states: statesOf,

    async stopped(spaceIds) {
      if (spaceIds.length === 0) return new Set()
      return new Set(await stoppedAmong({}, await statesOf(spaceIds)))
    },

    async countStopped(onlooker) {
      const refused = await states.find({ stopped: { $exists: true } }, { projection }).toArray()
      const known = new Map(refused.map((state) => [state._id, state]))
      return (await stoppedAmong(standing(onlooker), known)).length
    },

    async names(spaceIds) {
      const found = await spaces
        .find({ _id: { $in: [...new Set(spaceIds)] } }, { projection: { name: 1 } })
        .toArray()
      return new Map(found.map(({ _id, name }) => [_id, name]))
    },

    async strangersIn(rules) {
      const named = rules.flatMap(({ departmentId, doctorId, patientId }, index) => [
        { at: `/rules/${index}/departmentId`, of: 'department', id: departmentId },
        { at: `/rules/${index}/doctorId`, of: 'doctor', id: doctorId },
        { at: `/rules/${index}/patientId`, of: 'patient', id: patientId },
      ])
      const ids = named.flatMap(({ id }) => (id === undefined ? [] : [id]))
      if (ids.length === 0) return []
      const [wards, persons] = await Promise.all([
        departments.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray(),
        people.find({ _id: { $in: ids } }, { projection: { kind: 1 } }).toArray(),
      ])
      const known = new Set([
        ...wards.map(({ _id }) => `department ${_id}`),
        ...persons.map(({ _id, kind }) => `${kind} ${_id}`),
      ])
      return named.flatMap(({ at, of, id }) => (id === undefined || known.has(`${of} ${id}`) ? [] : [at]))
    },
  }

  /** Of the spaces in these states, those that are stopped. */
  async function stoppedAmong(
    which: Filter<Stored>,
    known: ReadonlyMap<string, SpaceStateDocument>,
  ): Promise<string[]> {
    if (known.size === 0) return []
    const found = await spaces
      .find({ $and: [which, { _id: { $in: [...known.keys()] } }] }, { projection: { resumedAtVersion: 1 } })
      .toArray()
    return found.filter((space) => stoppedBy(space, known.get(space._id))).map(({ _id }) => _id)
  }

  async function statesOf(spaceIds: readonly string[]) {
    const found = await states.find({ _id: { $in: [...spaceIds] } }, { projection }).toArray()
    return new Map(found.map((state) => [state._id, state]))
  }
}
