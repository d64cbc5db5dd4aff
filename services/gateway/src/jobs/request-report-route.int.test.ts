import { reportFailed } from '@rounds/contracts'
import { aPerson } from '@rounds/testing'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JobsWorld, jobsWorld } from '../../test/jobs-world.ts'

describe('asking for a report', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld()
  })
  afterAll(() => world.stop())

  const november = { report: 'appointments', parameters: { from: '2026-11-01', to: '2026-11-30' } }
  const ask = (who: string, body: unknown, key = crypto.randomUUID() as string) =>
    world.post(who, '/v1/reports', body, { 'idempotency-key': key })
  const entryIn = async (jobId: string) => (await world.collection.findOne({ _id: jobId }))?.auditDue
  const published = (jobId: string) => world.bus.published.filter(({ subject }) => subject === jobId)

  it('is answered with a promise and where to look', async () => {
    const { status, headers, body } = await ask('admin-1', november)

    expect(status).toBe(202)
    expect(headers.get('location')).toBe(`/v1/jobs/${body.jobId}`)
    expect(headers.get('retry-after')).toBe('2')
    expect(headers.get('idempotency-replayed')).toBeNull()
    expect(body).toMatchObject({ state: 'queued', links: { self: `/v1/jobs/${body.jobId}` } })
    expect(await entryIn(body.jobId)).toMatchObject({
      who: 'admin-1',
      role: 'admin',
      did: 'report.requested',
      to: body.jobId,
      from: '127.0.0.1',
    })
  })

  it('says so on the bus, by identifiers only, in the trace of the request', async () => {
    const trace = 'a'.repeat(32)
    const { body } = await world.post(
      'admin-1',
      '/v1/reports',
      { ...november, fileName: 'Visits of Ada Rao' },
      { 'idempotency-key': crypto.randomUUID(), traceparent: `00-${trace}-${'b'.repeat(16)}-01` },
    )

    await expect.poll(() => published(body.jobId)).toHaveLength(1)
    const [event] = published(body.jobId)
    expect(event).toMatchObject({
      type: 'report.requested',
      correlationid: trace,
      data: { ...november, requestedBy: 'admin-1', role: 'admin', flavour: 'standard', gzip: false },
    })
    expect(event?.traceparent).toContain(trace)
    expect(JSON.stringify(event)).not.toMatch(/Ada|Name of/)
    expect((await world.get('admin-1', `/v1/jobs/${body.jobId}`)).body.title).toBe(
      'Appointments, 1 November 2026 to 30 November 2026',
    )
  })

  it('keeps who wants to be told by mail when it is ready', async () => {
    const { body } = await ask('admin-1', { ...november, mailMe: true })
    const { body: silent } = await ask('admin-1', { ...november, mailMe: false })
    expect((await world.collection.findOne({ _id: body.jobId }))?.sharedWith).toEqual(['admin-1'])
    expect(await world.collection.findOne({ _id: silent.jobId })).not.toHaveProperty('sharedWith')
  })

  it('makes one job of a click that came twice', async () => {
    const first = await ask('admin-1', november, 'same-key')
    const { parameters, report } = november
    const second = await ask('admin-1', { parameters, report }, 'same-key')

    expect(second.status).toBe(202)
    expect(second.body.jobId).toBe(first.body.jobId)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await world.collection.countDocuments({ 'auditDue.to': first.body.jobId })).toBe(1)
  })

  it('makes one job of thirty clicks at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask('admin-1', november, 'hasty')))

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(answers.map(({ body }) => body.jobId)).size).toBe(1)
    expect(await world.collection.countDocuments({ 'idempotency.key': 'admin-1:hasty' })).toBe(1)
  })

  it('refuses a key that belongs to another wish, and lets everyone have keys of their own', async () => {
    const first = await ask('admin-1', november, 'mine')
    const other = await ask('admin-1', { report: 'appointments' }, 'mine')
    const foreign = await ask('doctor-1', { report: 'appointments' }, 'mine')

    expect(other.status).toBe(422)
    expect(other.body).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      errors: [{ pointer: '/headers/idempotency-key' }],
    })
    expect(foreign.status).toBe(202)
    expect(foreign.body.jobId).not.toBe(first.body.jobId)
  })

  it('lets a key be used again after a day', async () => {
    const first = await ask('admin-1', november, 'daily')
    world.later(24 * 3_600_000 + 1_000)
    const next = await ask('admin-1', { report: 'appointments' }, 'daily')

    expect(next.status).toBe(202)
    expect(next.body.jobId).not.toBe(first.body.jobId)
  })

  it.each([
    [undefined, 'IDEMPOTENCY_KEY_MISSING', /./],
    ['', 'IDEMPOTENCY_KEY_MISSING', /./],
    ['a b', 'IDEMPOTENCY_KEY_INVALID', /U\+0020 \(space\) at position 2/],
    ['x'.repeat(201), 'IDEMPOTENCY_KEY_INVALID', /more than 200/],
    ['schlüssel', 'IDEMPOTENCY_KEY_INVALID', /ASCII/],
  ])('needs an Idempotency-Key, and says what is odd about one: %o', async (key, code, detail) => {
    const headers: Record<string, string> =
      key === undefined ? {} : { 'idempotency-key': Buffer.from(key).toString('latin1') }
    const { status, body } = await world.post('admin-1', '/v1/reports', november, headers)

    expect(status).toBe(400)
    expect(body).toMatchObject({
      code,
      errors: [{ pointer: '/headers/idempotency-key', detail: expect.stringMatching(detail) }],
    })
  })

  it('names the field of a report that cannot be made', async () => {
    const { status, body } = await ask('admin-1', {
      report: 'appointments',
      parameters: { from: '2026-11-02', to: '2026-11-01' },
    })

    expect(status).toBe(422)
    expect(body.errors).toEqual([{ pointer: '/parameters/to', detail: 'ends before it begins' }])
  })

  it.each([
    ['a field it does not know', { report: 'appointments', sql: '1' }],
    ['an operator', { report: { $ne: null } }],
    ['a number for a text', { report: 'appointments', parameters: { from: 1 } }],
    ['no columns at all', { report: 'appointments', columns: [] }],
  ])('refuses %s', async (_, body) => {
    expect((await ask('admin-1', body)).status).toBe(400)
  })

  it('lets only those ask who may have reports', async () => {
    expect((await ask('ops-1', november)).status).toBe(403)
    expect((await ask('nobody', november)).status).toBe(401)
  })

  it('answers a repeated request as before, though its wish could not be granted any more', async () => {
    await world.people.insertOne(aPerson({ _id: 'doctor-9', kind: 'doctor' }))
    const ofDoctor = { report: 'appointments', parameters: { doctorId: 'doctor-9' } }
    const first = await ask('admin-1', ofDoctor, 'before-they-left')
    await world.people.deleteOne({ _id: 'doctor-9' })

    const again = await ask('admin-1', ofDoctor, 'before-they-left')
    expect(again).toMatchObject({ status: 202, body: { jobId: first.body.jobId } })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await ask('admin-1', ofDoctor)).body.code).toBe('REPORT_REFUSED')
    const other = { ...ofDoctor, gzip: true }
    expect((await ask('admin-1', other, 'before-they-left')).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
    world.later(24 * 3_600_000 + 1_000)
    expect((await ask('admin-1', ofDoctor, 'before-they-left')).body.code).toBe('REPORT_REFUSED')
  })

  it('offers each role the reports and columns it may have', async () => {
    const choices = async (who: string) => (await world.get(who, '/v1/reports/catalogue')).body.items
    const columnsOf = (items: { report: string; columns: { id: string }[] }[]) =>
      items.find(({ report }) => report === 'appointments')?.columns.map(({ id }) => id)

    expect((await choices('patient-1')).map(({ report }: { report: string }) => report)).toEqual([
      'treatment-history',
    ])
    expect(columnsOf(await choices('admin-1'))).not.toContain('diagnosis')
    expect(columnsOf(await choices('doctor-1'))).toContain('diagnosis')
  })
})

describe('what asking for a report costs', () => {
  it('is one write, which also accounts for it, and no question about its key', async () => {
    const world = await jobsWorld({ relay: false })
    await using client = new MongoClient(world.mongoUrl)
    const db = client.db()
    await db.command({ profile: 2 })
    const jobId = await world.ask('admin-1')
    await db.command({ profile: 0 })

    const profile = db.collection('system.profile')
    const writes = await profile.find({ op: { $in: ['insert', 'update', 'remove'] } }).toArray()
    expect(writes.map(({ ns, ninserted }) => [ns, ninserted])).toEqual([[`${db.databaseName}.jobs`, 1]])
    const questions = await profile.find({ op: 'query' }).toArray()
    expect(JSON.stringify(questions)).not.toContain('idempotency')
    expect(await world.collection.countDocuments({ _id: jobId, 'auditDue.to': jobId })).toBe(1)
    await world.stop()
  })
})

describe('asking for a report while the broker is away', () => {
  it('is accepted, and said once the broker is back', async () => {
    const world = await jobsWorld({ relay: false })
    const jobId = await world.ask('admin-1')
    expect(world.bus.published).toHaveLength(0)

    await world.outbox.start()

    await expect.poll(() => world.bus.published.map(({ subject }) => subject)).toEqual([jobId])
    await world.stop()
  })
})

describe('somebody who asks for many reports', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld({ relay: false, mostOpenJobs: 3 })
  })
  afterAll(() => world.stop())

  const ask = (who: string, key = crypto.randomUUID() as string) =>
    world.post(who, '/v1/reports', { report: 'appointments' }, { 'idempotency-key': key })

  it('has three open at once where three are allowed, however many are asked for at the same moment', async () => {
    const keys = Array.from({ length: 30 }, (_, number) => `flood-${number}`)
    const answers = await Promise.all(keys.map((key) => ask('admin-1', key)))
    const accepted = answers.filter(({ status }) => status === 202)
    const refused = answers.filter(({ status }) => status === 429)
    expect([accepted.length, refused.length]).toEqual([3, 27])

    const [one] = refused
    expect(one?.headers.get('retry-after')).toBe('5')
    expect(one?.body).toMatchObject({ code: 'TOO_MANY_OPEN_JOBS', status: 429 })
    const open = (one?.body.openJobs ?? []).map(({ jobId }: { jobId: string }) => jobId)
    expect(open.toSorted()).toEqual(accepted.map(({ body }) => body.jobId).toSorted())
    expect(one?.body.openJobs[0]).toMatchObject({ report: 'appointments', state: 'queued' })
    expect(await world.collection.countDocuments({ requestedBy: 'admin-1' })).toBe(3)

    // What was promised before is answered as before, and nobody else is in the way.
    const repeated = await Promise.all(keys.map((key) => ask('admin-1', key)))
    expect(repeated.map(({ status }) => status)).toEqual(answers.map(({ status }) => status))
    expect((await ask('doctor-1')).status).toBe(202)
  })

  it('may ask again once one has ended, whatever its end, and no sooner', async () => {
    const [first, second] = await world.collection.find({ requestedBy: 'admin-1' }).toArray()
    await world.post('admin-1', `/v1/jobs/${first?._id}/cancel`)
    expect((await ask('admin-1')).status).toBe(202)
    expect((await ask('admin-1')).status).toBe(429)

    await world.report(reportFailed, { reportId: second?._id ?? '', code: 'NO_SPACE', reason: 'full' })
    expect((await ask('admin-1')).status).toBe(202)
    expect((await ask('admin-1')).status).toBe(429)
  })
})
