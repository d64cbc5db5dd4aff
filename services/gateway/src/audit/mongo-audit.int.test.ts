import { silent } from '@rounds/kernel'
import { startMongo, testServers } from '@rounds/local-servers'
import { mongoStore } from '@rounds/mongo'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditKeys } from '../../test/job-deps.ts'
import { jobIndexes } from '../jobs/mongo-job-store.ts'
import type { AuditDocument } from './audit.ts'
import { auditMover, mongoAudit, type WithAuditDue, type WithAuditsDue } from './mongo-audit.ts'

type JobLike = WithAuditDue & { readonly _id: string }

let made = 0

/** Each after the one before. */
const entry = (did = 'report.requested'): AuditDocument => {
  const _id = `entry-${String(made++).padStart(6, '0')}`
  return { _id, at: new Date(), who: 'asha', role: 'admin', did, to: `job of ${_id}`, from: '127.0.0.1' }
}

async function world(url = testServers().freshDatabase()) {
  const store = mongoStore(url, { appName: 'gateway-test' })
  await store.start()
  await store.collection('jobs').createIndexes([...jobIndexes])
  const jobs = store.collection<JobLike>('jobs')
  const { auditTrail } = mongoAudit(store, () => new Date(), auditKeys)
  return {
    store,
    jobs,
    appointments: store.collection<WithAuditsDue & { readonly _id: string }>('appointments'),
    trail: store.collection<AuditDocument>('audit'),
    mover: () => auditMover(store, silent, auditKeys, { everyMs: 10 }),
    /** What stands, without its place in the chain. */
    standing: () =>
      store
        .collection<AuditDocument>('audit')
        .find({}, { projection: { chain: 0 }, sort: { _id: 1 } })
        .toArray(),
    left: () => jobs.countDocuments({ auditDue: { $exists: true } }),
    shown: async (limit = 100, after?: string) => {
      const entries = await auditTrail({ limit, ...(after ? { position: { after: '', id: after } } : {}) })
      return entries.map(({ _id }) => _id)
    },
    async accept(entries: readonly AuditDocument[]) {
      await jobs.insertMany(entries.map((one) => ({ _id: one.to, auditDue: auditKeys.sign(one) })))
    },
  }
}

describe('entries that were written inside of jobs', () => {
  let here: Awaited<ReturnType<typeof world>>
  beforeEach(async () => {
    here = await world()
  })
  afterEach(() => here.store.stop())

  it('are shown at once, in their places among those that stand, page by page', async () => {
    const [first, second, third, fourth] = [entry(), entry('signed.in'), entry(), entry('signed.in')]
    await here.accept([first, third])
    await here.trail.insertMany([second, fourth])

    expect(await here.shown()).toEqual([fourth, third, second, first].map(({ _id }) => _id))
    // One more than the page asks for.
    expect(await here.shown(1)).toEqual([fourth._id, third._id])
    expect(await here.shown(1, third._id)).toEqual([second._id, first._id])
  })

  it('are moved into the trail as they are, and leave their jobs', async () => {
    const entries = Array.from({ length: 1_200 }, () => entry())
    await here.accept(entries)
    const mover = here.mover()
    await mover.start()

    await expect.poll(here.left, { timeout: 20_000 }).toBe(0)
    await mover.stop()
    expect(await here.standing()).toEqual(entries)
    expect(await here.jobs.countDocuments()).toBe(entries.length)
  })

  it('stand once though replicas move them at once', async () => {
    const entries = Array.from({ length: 300 }, () => entry())
    const movers = [here.mover(), here.mover(), here.mover()]
    await Promise.all(movers.map((mover) => mover.start()))
    for (let next = 0; next < entries.length; next += 50) await here.accept(entries.slice(next, next + 50))

    await expect.poll(here.left, { timeout: 20_000 }).toBe(0)
    await Promise.all(movers.map((mover) => mover.stop()))
    expect(await here.standing()).toEqual(entries)
  })

  it('stand once, and are shown once, though somebody died between the two writes', async () => {
    const [standing, waiting] = [entry(), entry()]
    await here.accept([standing, waiting])
    await here.trail.insertOne(standing)
    expect(await here.shown()).toEqual([waiting._id, standing._id])

    const mover = here.mover()
    await mover.start()
    await expect.poll(here.left).toBe(0)
    await mover.stop()
    expect(await here.standing()).toEqual([standing, waiting])
  })

  it('are shown and moved from appointments, too, of which one may have several', async () => {
    const [first, second, third, fourth] = [entry(), entry(), entry(), entry()]
    await here.accept([second])
    await here.appointments.insertMany([
      { _id: 'several', auditDue: [first, fourth].map((one) => auditKeys.sign(one)) },
      { _id: 'one', auditDue: [auditKeys.sign(third)] },
      { _id: 'none' },
    ])
    expect(await here.shown()).toEqual([fourth, third, second, first].map(({ _id }) => _id))
    expect(await here.shown(1, third._id)).toEqual([second._id, first._id])

    const mover = here.mover()
    await mover.start()
    const left = () => here.appointments.countDocuments({ auditDue: { $exists: true } })
    await expect.poll(async () => (await left()) + (await here.left())).toBe(0)
    await mover.stop()
    expect(await here.standing()).toEqual([first, second, third, fourth])
  })

  it('stay in their appointment when the trail refuses them, and those beside them are moved', async () => {
    await here.trail.createIndex({ did: 1 }, { unique: true })
    const [first, refused, other] = [entry('a'), entry('a'), entry('b')]
    await here.trail.insertOne(first)
    await here.appointments.insertOne({
      _id: 'visit',
      auditDue: [refused, other].map((one) => auditKeys.sign(one)),
    })
    const mover = here.mover()
    await mover.start()

    await expect
      .poll(async () => (await here.appointments.findOne({ _id: 'visit' }))?.auditDue)
      .toEqual([auditKeys.sign(refused)])
    await mover.stop()
  })

  it('stay where they are when the trail refuses them, and the others go on', async () => {
    await here.trail.createIndex({ did: 1 }, { unique: true })
    const [first, refused, other] = [entry('a'), entry('a'), entry('b')]
    await here.trail.insertOne(first)
    await here.accept([refused, other])
    const mover = here.mover()
    await mover.start()

    await expect.poll(here.left).toBe(1)
    expect(await here.shown()).toEqual([other, refused, first].map(({ _id }) => _id))

    await here.trail.dropIndex('did_1')
    await expect.poll(here.left, { timeout: 10_000 }).toBe(0)
    await mover.stop()
    expect(await here.trail.countDocuments()).toBe(3)
  })
})

it('entries are moved once MongoDB, killed with them inside, is back', async () => {
  const mongo = await startMongo()
  const here = await world(mongo.url)
  const mover = here.mover()
  try {
    const entries = Array.from({ length: 200 }, () => entry())
    await here.accept(entries)
    await mover.start()
    await mongo.kill()
    await mongo.restart()

    await expect.poll(here.left, { timeout: 30_000 }).toBe(0)
    expect(await here.standing()).toEqual(entries)
  } finally {
    await mover.stop()
    await here.store.stop()
    await mongo.stop()
  }
}, 60_000)
