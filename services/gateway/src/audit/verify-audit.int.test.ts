import { auditHeadSubject, auditPrunedSubject } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { type LocalNats, startNats, testServers } from '@rounds/local-servers'
import { auditStreamOf, type Connection, connectTo, provision, putIntoAuditStream } from '@rounds/messaging'
import { mongoStore } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditKeys } from '../../test/job-deps.ts'
import type { AuditDocument } from './audit.ts'
import { AuditKeys, linked } from './audit-chain.ts'
import { AuditSealer } from './audit-sealer.ts'
import { auditMover, auditsDue } from './mongo-audit.ts'
import { AuditWriter, type LinkedAudit } from './mongo-audit-chain.ts'
import { mongoAuditHeads } from './mongo-audit-heads.ts'
import { prune } from './prune.ts'
import { statementsIn } from './read-stream.ts'
import { verify } from './verify.ts'

let made = 0
const entry = (at = new Date()): AuditDocument => ({
  _id: `entry-${String(made++).padStart(6, '0')}`,
  at,
  who: 'asha',
  role: 'admin',
  did: 'patient.opened',
  to: 'broken \ud800 text',
  from: '127.0.0.1',
})

describe('the audit, verified', () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'audit-test' })
  const entries = store.collection<LinkedAudit>('audit')
  const heads = store.collection('auditHeads')
  const trail = mongoAuditHeads(store, auditKeys)
  let nats: LocalNats
  let gateway: Connection
  let auditor: Connection
  let sealer: AuditSealer
  let writer: AuditWriter
  let kept: LinkedAudit[]

  const as = (user: 'gateway' | 'auditor' | 'provisioner') =>
    connectTo({ url: nats.url, user, password: nats.passwordOf(user), log: silent })
  const provisioned = async () => {
    const provisioner = await as('provisioner')
    await provision(provisioner)
    await provisioner.close()
  }
  const write = (count: number) => Promise.all(Array.from({ length: count }, () => writer.insert(entry())))
  const verdict = async () =>
    verify(
      {
        stream: statementsIn(await auditStreamOf(auditor)),
        recorded: await trail.all(),
        due: await auditsDue(store),
        entries: trail.entries(),
      },
      auditKeys,
    )
  const found = async () => [...new Set((await verdict()).findings.map(({ what }) => what))]
  const putBack = async () => {
    await entries.deleteMany({})
    await entries.insertMany(kept)
  }

  beforeAll(async () => {
    await store.start()
    nats = await startNats()
    await provisioned()
    ;[gateway, auditor] = await Promise.all([as('gateway'), as('auditor')])
    const [one, other] = [new AuditWriter(entries, auditKeys), new AuditWriter(entries, auditKeys)]
    writer = one
    sealer = new AuditSealer({
      writers: [one, other],
      keys: auditKeys,
      publish: (name, head) => putIntoAuditStream(gateway, auditHeadSubject(name), head),
      ...trail,
      now: () => new Date(),
    })
    await write(20)
    await other.insert(entry())
    await sealer.seal()
    await write(10)
    await sealer.seal()
    kept = await entries.find().toArray()
  })
  afterAll(async () => {
    await Promise.all([gateway.close(), auditor.close(), store.stop()])
    await nats.stop()
  })

  it('is well as it was written, by several at once and through the database', async () => {
    expect(await verdict()).toMatchObject({ entries: 31, chains: 2, unsealed: 0, findings: [], losses: [] })
  })

  const inTheMiddle = () => kept.filter(({ chain }) => chain.seq === 12).at(0) as LinkedAudit
  const last = () => kept.find(({ chain }) => chain.seq === 30) as LinkedAudit
  const tamperings: Record<string, () => Promise<unknown>> = {
    'that was flipped': () => entries.updateOne({ _id: inTheMiddle()._id }, { $set: { who: 'nobody' } }),
    'that was dated back': () => entries.updateOne({ _id: last()._id }, { $set: { at: new Date(0) } }),
    'that was removed from the middle': () => entries.deleteOne({ _id: inTheMiddle()._id }),
    'that changed places with another': async () => {
      const next = kept.find(({ chain }) => chain.seq === 13) as LinkedAudit
      await entries.deleteMany({ _id: { $in: [inTheMiddle()._id, next._id] } })
      await entries.insertMany([
        { ...next, chain: inTheMiddle().chain },
        { ...inTheMiddle(), chain: next.chain },
      ])
    },
    'that was made up': () => entries.insertOne(entry(new Date(0)) as LinkedAudit),
    'that was made up and linked without the key': () => {
      const { writer: name, signature } = last().chain
      const stranger = new AuditKeys('a key that is long enough and not ours')
      return entries.insertOne(linked(entry(), { writer: name, seq: 31, previous: signature }, stranger))
    },
    'that was cut off with all behind it': () => entries.deleteMany({ 'chain.seq': { $gt: 25 } }),
    'that was cut off, the database’s own heads with it': async () => {
      await entries.deleteMany({ 'chain.seq': { $gt: 20 } })
      await heads.deleteMany({ seq: { $gt: 20 } })
    },
    'that was removed with its whole chain': () =>
      entries.deleteMany({ 'chain.writer': last().chain.writer }),
  }

  it.each(Object.keys(tamperings))('finds an entry %s', async (what) => {
    const sealed = await heads.find().toArray()
    await tamperings[what]?.()
    expect(await found()).not.toEqual([])
    await putBack()
    await heads.deleteMany({})
    await heads.insertMany(sealed)
    expect(await found()).toEqual([])
  })

  it('finds an entry that was forged into a document, before it is looked at and ever after', async () => {
    const jobs = store.collection('jobs')
    const visits = store.collection('appointments')
    const stranger = new AuditKeys('a key that is long enough and not ours')
    const forged = () => stranger.sign(entry(new Date(0)))
    // In every form, also in one that nobody of ours writes.
    await jobs.insertMany([{ auditDue: forged() }, { auditDue: [forged(), forged()] }])
    await visits.insertMany([{ auditDue: [forged()] }, { auditDue: forged() }])
    const genuine = entry()
    await visits.insertOne({ auditDue: [auditKeys.sign(genuine)] })
    expect((await verdict()).findings).toHaveLength(5)

    const mover = auditMover(store, silent, auditKeys, { everyMs: 10 })
    await mover.start()
    const left = async () => (await auditsDue(store)).length
    await expect.poll(left).toBe(0)
    await mover.stop()

    const { findings } = await verdict()
    expect(findings.map(({ what }) => what)).toEqual(Array(5).fill('forged in a document'))
    expect(await entries.countDocuments({ _id: genuine._id })).toBe(1)
    await putBack()
  })

  it('lets the gateway add heads, and neither read, delete nor change what stands there', async () => {
    for (const request of [
      '$JS.API.STREAM.PURGE.AUDIT',
      '$JS.API.STREAM.DELETE.AUDIT',
      '$JS.API.STREAM.UPDATE.AUDIT',
      '$JS.API.STREAM.MSG.DELETE.AUDIT',
      '$JS.API.STREAM.MSG.GET.AUDIT',
      auditPrunedSubject('x'),
    ])
      await expect(gateway.request(request, '{}', { timeout: 2_000 })).rejects.toThrow(
        /permissions violation/i,
      )
  })

  it('goes on in a new chain when it is not certain what stands, and loses nothing', async () => {
    const failing = new AuditWriter(
      {
        insertMany: async () => {
          throw new Error('the connection broke')
        },
      } as never,
      auditKeys,
    )
    await expect(failing.insert(entry())).rejects.toThrow('broke')
    expect(failing.heads(new Date())).toEqual([])
  })

  it('seals what a process left that was killed', async () => {
    const killed = new AuditWriter(entries, auditKeys)
    await killed.insert(entry(new Date(Date.now() - 10 * 60_000)))
    expect((await verdict()).unsealed).toBe(1)
    const next = new AuditSealer({
      writers: [],
      keys: auditKeys,
      publish: (name, head) => putIntoAuditStream(gateway, auditHeadSubject(name), head),
      ...trail,
      now: () => new Date(),
    })
    await next.seal()
    expect(await verdict()).toMatchObject({ unsealed: 0, findings: [], losses: [] })
  })

  it('tells of a broker that was lost as that, and anchors the chains again', async () => {
    await nats.wipe()
    await expect
      .poll(
        () =>
          verdict().then(
            ({ losses }) => losses.length,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(1)
    await provisioned()
    expect(await verdict()).toMatchObject({ findings: [], losses: [expect.stringContaining('lost')] })

    await write(1)
    await sealer.seal()
    const after = await verdict()
    expect(after).toMatchObject({ findings: [], losses: [expect.stringContaining('anchored again')] })
    kept = await entries.find().toArray()
    await entries.deleteMany({ 'chain.seq': { $gt: 5 } })
    await heads.deleteMany({})
    expect(await found()).toEqual(['cut off'])
    await putBack()
  })

  it('loses by retention only what was sealed, and keeps its heads', async () => {
    const stream = statementsIn(await auditStreamOf(auditor))
    await write(3)
    const removed = await prune(new Date(), {
      keys: auditKeys,
      heads: stream?.heads ?? [],
      say: (name, pruned) => putIntoAuditStream(auditor, auditPrunedSubject(name), pruned),
      remove: trail.remove,
      now: () => new Date(),
    })
    expect(removed).toBe(kept.length)
    expect(await verdict()).toMatchObject({ entries: 3, unsealed: 3, findings: [] })
  })
})
