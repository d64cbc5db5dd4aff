import type {
  AppointmentDocument,
  DepartmentDocument,
  EventResultDocument,
  IntakeDocument,
  PersonDocument,
  RejectionDocument,
  SystemDocument,
} from '@rounds/contracts'
import { alsoSaying, duplicateKey, type MongoStore, outboxOf, type WithOutbox } from '@rounds/mongo'
import { Decimal128, type IndexDescription, MongoServerError } from 'mongodb'
import type { WithSlots } from '../appointments/index.ts'
import { type AuditKeys, alsoAccounting, type WithAuditsDue } from '../audit/index.ts'
import { olderThan, toLiteral } from '../http/index.ts'
import type { EventResults, Intake, Systems } from './intake.ts'

export const intakeIndexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  eventResults: [
    { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    { key: { system: 1, at: -1, _id: -1 } },
    { key: { system: 1, eventId: 1, at: -1 } },
  ],
  systems: [{ key: { tokenHash: 1 }, unique: true }],
  rejections: [
    { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    { key: { lastAt: -1, _id: -1 } },
    { key: { system: 1, lastAt: -1, _id: -1 } },
  ],
}

type Stored = AppointmentDocument & Partial<WithOutbox> & WithAuditsDue & WithSlots

/** `rung` is called once something was written that has to be said. */
export function mongoIntake(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
  rung: () => void,
  keys: AuditKeys,
  { keptWhole = 20_000 }: { readonly keptWhole?: number } = {},
): Intake {
  const appointments = store.collection<Stored>('appointments')
  const people = store.collection<PersonDocument>('people')
  const departments = store.collection<DepartmentDocument>('departments')
  const intakes = store.collection<IntakeDocument>('intakes')
  const rejections = store.collection<RejectionDocument>('rejections')
  const results = store.collection<EventResultDocument>('eventResults')
  const counted = new Map<string, Counted>()

  return {
    taken: async (key) => (await intakes.findOne({ _id: key })) ?? undefined,
    keepTaken: (intake) => unlessThere(() => intakes.insertOne(intake)),
    personBy: async (kind, number) => (await people.findOne({ kind, number })) ?? undefined,
    departmentBy: async (id) => (await departments.findOne({ _id: id })) ?? undefined,
    appointment: async (id) =>
      (await appointments.findOne(
        { _id: id },
        { projection: { outbox: 0, outboxDue: 0, auditDue: 0, slots: 0, openPlaces: 0 } },
      )) ?? undefined,
    async make(appointment, { says, entry }) {
      const fee = Decimal128.fromString(appointment.fee.toString())
      const made = await unlessThere(() =>
        appointments.insertOne({
          ...appointment,
          fee,
          ...outboxOf(says, now()),
          auditDue: [keys.sign(entry)],
        }),
      )
      if (made) rung()
      return made
    },
    async change({ _id, version }, set, told) {
      const also = told ? { ...alsoSaying(told.says, now()), ...alsoAccounting(keys.sign(told.entry)) } : {}
      const { matchedCount } = await appointments.updateOne({ _id, version }, [
        // Moved by the system that made it, it no longer holds what somebody here moved it to.
        {
          $set: {
            ...toLiteral('startsAt' in set ? { ...set, slots: undefined } : set),
            version: version + 1,
            ...also,
          },
        },
      ])
      if (matchedCount === 1 && told) rung()
      return matchedCount === 1
    },
    async keepResult({ _id, ...result }) {
      // What stands there as accepted does not match, and its key is taken.
      await unlessThere(() =>
        results.replaceOne({ _id, result: { $ne: 'accepted' } }, result, { upsert: true }),
      )
    },
    async keepRejection({ _id, raw, lastAt, expiresAt, ...rest }) {
      // A system that sends nonsense without end must not fill the disk: the reasons stay, what came does not. Its own nonsense
      // only, so that one system blinds nobody to another's.
      const kept = await keptOf(rest.system)
      const isFull = kept.count >= keptWhole
      const { upsertedCount } = await rejections.updateOne(
        { _id },
        {
          $setOnInsert: { ...rest, raw: isFull ? Buffer.alloc(0) : raw, firstAt: lastAt },
          $max: { lastAt, expiresAt },
          $inc: { times: 1 },
        },
        { upsert: true },
      )
      kept.count += upsertedCount
    },
  }

  /** Counting thousands for each would be what nonsense without end slows down: what others write meanwhile is seen a minute late. */
  async function keptOf(system: string): Promise<Counted> {
    const known = counted.get(system)
    if (known && now().getTime() - known.at.getTime() < countedForMs) return known
    const fresh = { count: await rejections.countDocuments({ system }, { limit: keptWhole }), at: now() }
    counted.set(system, fresh)
    return fresh
  }
}

const countedForMs = 60_000

interface Counted {
  count: number
  readonly at: Date
}

export function mongoEventResults(store: Pick<MongoStore, 'collection'>): EventResults {
  const results = store.collection<EventResultDocument>('eventResults')
  return {
    one: async (system, eventId, source) =>
      (await results.findOne(
        { system, eventId, ...(source === undefined ? {} : { source }) },
        { sort: { at: -1 } },
      )) ?? undefined,
    list: (system, page, result) =>
      results
        .find({ $and: [{ system, ...(result === undefined ? {} : { result }) }, olderThan('at', page)] })
        .sort({ at: -1, _id: -1 })
        .limit(page.limit + 1)
        .toArray(),
  }
}

export function mongoSystems(store: Pick<MongoStore, 'collection'>): Systems {
  const systems = store.collection<SystemDocument>('systems')
  const rejections = store.collection<RejectionDocument>('rejections')
  return {
    behind: async (tokenHash) =>
      (await systems.findOne({ tokenHash, revokedAt: { $exists: false } })) ?? undefined,
    by: async (id) => (await systems.findOne({ _id: id })) ?? undefined,
    all: () => systems.find({}, { sort: { _id: 1 } }).toArray(),
    async letIn(system) {
      // Whoever stands there and was not shut out does not match, and then its name is taken.
      const shutOut = { _id: system._id, revokedAt: { $exists: true } }
      return unlessThere(() => systems.replaceOne(shutOut, system, { upsert: true }))
    },
    async shutOut(id, at) {
      const first = await systems.updateOne(
        { _id: id, revokedAt: { $exists: false } },
        { $set: { revokedAt: at } },
      )
      return first.matchedCount === 1 || (await systems.countDocuments({ _id: id })) === 1
    },
    rejections(page, system) {
      const ofIt = system === undefined ? {} : { system }
      return rejections
        .find({ $and: [ofIt, olderThan('lastAt', page)] }, { projection: { raw: 0 } })
        .sort({ lastAt: -1, _id: -1 })
        .limit(page.limit + 1)
        .toArray()
    },
    rejection: async (id) => (await rejections.findOne({ _id: id }, { promoteBuffers: true })) ?? undefined,
  }
}

async function unlessThere(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (error instanceof MongoServerError && error.code === duplicateKey) return false
    throw error
  }
}
