import { hash } from '@node-rs/argon2'
import type { AppointmentDocument, SpaceDocument } from '@rounds/contracts'
import { type Collection, Decimal128, MongoClient } from 'mongodb'
import { type SeededAppointment, type SeedPlan, seededHospital } from './hospital.ts'
import { logins } from './logins.ts'
import { seededReaders } from './readers.ts'
import { seededSchedules } from './schedules.ts'
import type { SeededSpace } from './spaces.ts'

const batchSize = 4_000

interface AccountDocument {
  readonly _id: string
  readonly personId: string
  readonly role: string
  readonly passwordHash: string
  readonly active: boolean
  /** May be signed in by role alone while the gateway runs with DEMO=true. */
  readonly demo: true
}

/** Fills an empty database. Whoever is interrupted here starts again with an empty one: only the end is made durable. */
export async function seedDatabase(url: string, plan: SeedPlan): Promise<void> {
  const client = new MongoClient(url, { appName: 'seed', writeConcern: { w: 1, journal: false } })
  try {
    const db = client.db()
    const readers = seededReaders(plan.anchor)
    // As many in all as was asked for: theirs are among them.
    const others = Math.max(0, plan.appointments - readers.appointments.length)
    const hospital = seededHospital({ ...plan, appointments: others })
    await db.collection<{ _id: string }>('departments').insertMany([...hospital.departments])
    await db.collection<{ _id: string }>('people').insertMany([...hospital.people])
    await insertAppointments(db.collection('appointments'), hospital.appointments())
    await db.collection<{ _id: string }>('departments').insertOne(readers.department)
    await db.collection<{ _id: string }>('people').insertMany([...readers.people])
    await db.collection<{ _id: string }>('consents').insertMany([...readers.consents])
    await insertAppointments(db.collection('appointments'), readers.appointments)
    const schedules = seededSchedules(new Date()).map((one) => ({ ...one, outbox: [] }))
    await db.collection<{ _id: string }>('schedules').insertMany(schedules)
    // The last write, and the one that is waited for until all before it is on disk.
    await db
      .collection<AccountDocument>('accounts')
      .insertMany(await accounts(), { writeConcern: { w: 'majority', journal: true } })
  } finally {
    await client.close()
  }
}

/**
 * The demo's chat spaces. Done at each start, since the sink may stand at another port by then; a space that somebody gave a webhook
 * of their own, or removed, is left as it is.
 */
export async function seedSpaces(url: string, spaces: readonly SeededSpace[]): Promise<void> {
  const client = new MongoClient(url, { appName: 'seed' })
  try {
    const stored = client.db().collection<SpaceDocument & { outbox: [] }>('spaces')
    for (const { _id, webhook, ...space } of spaces) {
      const present = await stored.findOne({ _id }, { projection: { googleSpace: 1, removedAt: 1 } })
      if (!present) await stored.insertOne({ _id, webhook, ...space, outbox: [] })
      else if (present.googleSpace === space.googleSpace && !present.removedAt)
        await stored.updateOne({ _id }, { $set: { webhook }, $inc: { version: 1 } })
    }
  } finally {
    await client.close()
  }
}

async function insertAppointments(
  collection: Collection<StoredAppointment>,
  appointments: Iterable<SeededAppointment>,
): Promise<void> {
  // One batch is on its way while the next is made. Not more: the order on disk is the order of an export.
  let underWay: Promise<unknown> = Promise.resolve()
  let batch: StoredAppointment[] = []
  const send = async () => {
    await underWay
    if (batch.length > 0) underWay = collection.insertMany(batch, { ordered: false })
    underWay.catch(() => {})
    batch = []
  }
  for (const appointment of appointments) {
    batch.push({ ...appointment, fee: decimal(appointment.fee), outbox: [] })
    if (batch.length === batchSize) await send()
  }
  await send()
  await underWay
}

type StoredAppointment = Omit<AppointmentDocument, 'fee'> & { readonly fee: Decimal128; readonly outbox: [] }

const decimals = new Map<string, Decimal128>()

function decimal(text: string): Decimal128 {
  const known = decimals.get(text) ?? Decimal128.fromString(text)
  decimals.set(text, known)
  return known
}

function accounts(): Promise<AccountDocument[]> {
  return Promise.all(
    Object.values(logins).map(async ({ login, personId, role, password }) => ({
      _id: login,
      personId,
      role,
      passwordHash: await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }),
      active: true,
      demo: true as const,
    })),
  )
}
