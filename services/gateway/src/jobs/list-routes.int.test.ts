import { once } from 'node:events'
import { connect } from 'node:net'
import {
  type ReportProgressed,
  reportCompleted,
  reportExpired,
  reportFailed,
  reportProgressed,
  reportStarted,
} from '@rounds/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JobsWorld, jobsWorld, type Told } from '../../test/jobs-world.ts'

describe('the list of jobs', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld()
  })
  afterAll(() => world.stop())

  const listed = async (who: string, query = '') => {
    const { status, body } = await world.get(who, `/v1/jobs${query}`)
    return { status, ids: body.items?.map(({ jobId }: { jobId: string }) => jobId), ...body }
  }

  it('shows each person their own, and admins and ops everyone’s', async () => {
    const [mine, theirs] = [await world.ask('doctor-1'), await world.ask('doctor-2')]

    expect((await listed('doctor-1')).ids).toEqual([mine])
    expect((await listed('doctor-1', '?q=by:doctor-2')).ids).toEqual([])
    expect((await listed('admin-1', '?q=by:doctor-2')).ids).toEqual([theirs])
    expect((await listed('ops-1')).ids).toEqual(expect.arrayContaining([mine, theirs]))
    expect((await listed('integrator-1')).status).toBe(403)
  })

  it('comes in pages, latest first, each job once', async () => {
    const asked: string[] = []
    for (let count = 0; count < 5; count++) asked.unshift(await world.ask('patient-1'))

    const first = await listed('patient-1', '?limit=2')
    const second = await listed('patient-1', `?limit=2&cursor=${first.next}`)
    const third = await listed('patient-1', `?limit=2&cursor=${second.next}`)

    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(asked)
    expect(third.next).toBeUndefined()
  })

  it('finds by state, also between two attempts', async () => {
    const [running, retrying, failed] = [
      await world.ask('patient-2'),
      await world.ask('patient-2'),
      await world.ask('patient-2'),
    ]
    for (const reportId of [running, retrying]) await world.report(reportStarted, { reportId, attempt: 1 })
    await world.report(reportProgressed, progress(retrying, 100))
    await world.report(reportFailed, { reportId: failed, code: 'DISK_FULL', reason: 'The disk is full.' })
    await world.report(reportProgressed, {
      reportId: retrying,
      attempt: 1,
      phase: 'retrying',
      rows: 0,
      reason: 'No room.',
    })
    await expect.poll(() => world.hub.retrying()).toEqual([retrying])

    expect((await listed('patient-2', '?q=state:failed')).ids).toEqual([failed])
    expect((await listed('patient-2', '?q=state:running')).ids).toEqual([running])
    expect((await listed('patient-2', '?q=state:retrying')).ids).toEqual([retrying])
    const [shown] = (await listed('patient-2', '?q=state:retrying')).items
    expect(shown).toMatchObject({ state: 'retrying', progress: { reason: 'No room.' } })
    expect((await listed('patient-2', '?q=state:failed+state:running+since:1h')).ids).toEqual([
      failed,
      running,
    ])
  })

  it('refuses free text, and cursors that are not ours', async () => {
    expect(await listed('admin-1', '?q=rao')).toMatchObject({
      status: 422,
      errors: [{ pointer: '/query/q' }],
    })
    expect(await listed('admin-1', '?cursor=abc')).toMatchObject({ status: 400 })
    expect(await listed('admin-1', '?sort=name')).toMatchObject({ status: 400 })
  })
})

describe('one job', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld()
  })
  afterAll(() => world.stop())

  it('is shown with its progress, and says when to ask again', async () => {
    const jobId = await world.ask('doctor-1')
    await world.report(reportStarted, { reportId: jobId, attempt: 1 })
    await world.report(reportProgressed, progress(jobId, 100))

    await expect
      .poll(async () => (await world.get('doctor-1', `/v1/jobs/${jobId}`)).body.progress)
      .toEqual({ phase: 'writing', rows: 100, total: 400, etaMs: 2_000 })
    const { headers, body } = await world.get('doctor-1', `/v1/jobs/${jobId}`)
    expect(body).toMatchObject({ state: 'running', attempt: 1, version: 2 })
    expect(headers.get('retry-after')).toBe('2')
  })

  it('is answered with 304 as long as nothing is new', async () => {
    const jobId = await world.ask('doctor-1')
    const asked = (etag: string) =>
      world.call('doctor-1', `/v1/jobs/${jobId}`, { headers: { 'if-none-match': etag } })
    const etag = (await world.get('doctor-1', `/v1/jobs/${jobId}`)).headers.get('etag') ?? ''

    expect((await asked(etag)).status).toBe(304)
    await world.report(reportCompleted, completed(jobId))
    const fresh = await asked(etag)
    expect(fresh.status).toBe(200)
    expect(fresh.headers.get('retry-after')).toBeNull()
    expect(await fresh.json()).toMatchObject({
      state: 'done',
      result: { fileName: 'appointments.csv', rows: 400 },
      links: { download: `/v1/reports/${jobId}/file` },
    })
  })

  it('is not there for others, like one that does not exist', async () => {
    const jobId = await world.ask('doctor-1')
    for (const path of ['', '/events']) {
      const foreign = await world.get('doctor-2', `/v1/jobs/${jobId}${path}`)
      const missing = await world.get('doctor-2', `/v1/jobs/0190-none${path}`)

      expect(foreign.status).toBe(404)
      expect({ ...foreign.body, instance: '', traceId: '' }).toEqual({
        ...missing.body,
        instance: '',
        traceId: '',
      })
    }
  })

  it('is not moved by events about jobs that are not ours, which are counted', async () => {
    await world.report(reportExpired, { reportId: 'from-before-the-restore' })

    expect(world.unknown).toHaveLength(1)
  })
})

describe('a job’s stream of events', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld({ beatEveryMs: 50, rereadEveryMs: 100 })
  })
  afterAll(() => world.stop())

  it('begins with the present, tells each change with its version and progress without, and ends with the job', async () => {
    const jobId = await world.ask('doctor-1')
    const stream = await world.stream('doctor-1', `/v1/jobs/${jobId}/events`)
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    await stream.until(isState('queued'))
    await world.report(reportStarted, { reportId: jobId, attempt: 1 })
    await stream.until(isState('running'))
    await world.report(reportProgressed, progress(jobId, 100))
    await stream.until(isProgress)
    await world.report(reportCompleted, completed(jobId))
    await stream.ended()

    expect(stream.told.map(({ event, id }) => [event, id])).toEqual([
      ['job', `${jobId}:1`],
      ['job', `${jobId}:2`],
      ['progress', undefined],
      ['job', `${jobId}:3`],
      ['bye', undefined],
    ])
    expect(stream.told[2]?.data).toEqual({
      jobId,
      attempt: 1,
      phase: 'writing',
      rows: 100,
      total: 400,
      etaMs: 2_000,
    })
  })

  it('resumes from the version the client has', async () => {
    const jobId = await world.ask('doctor-1')
    await world.report(reportStarted, { reportId: jobId, attempt: 1 })

    const behind = await world.stream('doctor-1', `/v1/jobs/${jobId}/events`, `${jobId}:1`)
    const upToDate = await world.stream('doctor-1', `/v1/jobs/${jobId}/events`, `${jobId}:2`)
    await behind.until(isState('running'))
    await world.report(reportCompleted, completed(jobId))
    await Promise.all([behind.ended(), upToDate.ended()])

    expect(behind.told.map(({ id }) => id)).toEqual([`${jobId}:2`, `${jobId}:3`, undefined])
    expect(upToDate.told.map(({ id }) => id)).toEqual([`${jobId}:3`, undefined])
    expect((await world.stream('doctor-1', `/v1/jobs/${jobId}/events`, `${jobId}:3`)).response.status).toBe(
      204,
    )
  })

  it('does not believe ids that are not its own', async () => {
    const jobId = await world.ask('doctor-1')
    for (const id of ['other:99', `${jobId}:x`, '{"$ne":1}', '9'.repeat(400)]) {
      const stream = await world.stream('doctor-1', `/v1/jobs/${jobId}/events`, id)
      await stream.until(isState('queued'))
      await stream.close()
    }
  })

  it('beats while nothing happens', async () => {
    const jobId = await world.ask('doctor-1')
    const stream = await world.stream('doctor-1', `/v1/jobs/${jobId}/events`)

    await expect.poll(() => stream.beats()).toBeGreaterThan(2)
    await stream.close()
  })

  it('shows what another replica wrote and nobody said here', async () => {
    const jobId = await world.ask('doctor-1')
    const stream = await world.stream('doctor-1', `/v1/jobs/${jobId}/events`)
    await stream.until(isState('queued'))

    await world.jobs.change(jobId, (job) => ({ ...job, state: 'running', attempt: 1 }))

    await stream.until(isState('running'))
    await stream.close()
  })
})

describe('the stream of everything', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld({ beatEveryMs: 50 })
  })
  afterAll(() => world.stop())

  it('tells each person what they may see, and nothing else', async () => {
    const before = await world.ask('patient-1')
    const [own, foreign, all] = await Promise.all(
      ['patient-1', 'patient-2', 'admin-1'].map((who) => world.stream(who, '/v1/stream')),
    )
    await own?.until(isJob(before))
    const jobId = await world.ask('patient-1')
    await world.report(reportProgressed, progress(jobId, 100))
    await Promise.all([own, all].map((stream) => stream?.until(isProgress)))

    expect(own?.told.map(({ data }) => data.jobId)).toEqual([before, jobId, jobId])
    expect(all?.told.map(({ data }) => data.jobId)).toEqual(expect.arrayContaining([before, jobId]))
    expect(foreign?.told).toEqual([])
    for (const stream of [own, foreign, all]) await stream?.close()
  })

  it('resumes with what changed while the client was away', async () => {
    const first = await world.stream('doctor-2', '/v1/stream')
    const jobId = await world.ask('doctor-2')
    const { id } = await first.until(isJob(jobId))
    await first.close()
    await world.report(reportCompleted, completed(jobId))
    world.later(60_000)

    const resumed = await world.stream('doctor-2', '/v1/stream', id)
    const fresh = await world.stream('doctor-2', '/v1/stream')

    expect((await resumed.until(isJob(jobId))).data).toMatchObject({ state: 'done', version: 2 })
    await expect.poll(() => fresh.beats()).toBeGreaterThan(1)
    expect(fresh.told).toEqual([])
    for (const stream of [resumed, fresh]) await stream.close()
  })

  it('never shows progress that goes backwards, nor after the end', async () => {
    const stream = await world.stream('doctor-1', '/v1/stream')
    const jobId = await world.ask('doctor-1')
    for (const rows of [100, 50, 300]) await world.report(reportProgressed, progress(jobId, rows))
    await world.report(reportCompleted, completed(jobId))
    await stream.until((told) => isState('done')(told) && told.data.jobId === jobId)
    await world.report(reportProgressed, progress(jobId, 350))
    await world.report(reportExpired, { reportId: jobId })
    await stream.until(isState('expired'))

    const rows = stream.told.filter(isProgress).map(({ data }) => data.rows)
    expect(rows).toEqual(rows.toSorted((a, b) => a - b))
    expect(rows).not.toContain(350)
    await stream.close()
  })

  it('ends when the session ends', async () => {
    const stream = await world.stream('doctor-2', '/v1/stream')
    world.signedOut.add('doctor-2')

    await stream.ended()

    expect(stream.told.at(-1)).toMatchObject({ event: 'bye', data: { reason: 'signed out' } })
    world.signedOut.clear()
  })

  it('is not open to strangers, nor to a thirty-first page of one person', async () => {
    expect((await world.stream('nobody', '/v1/stream')).response.status).toBe(401)

    const open = await Promise.all(Array.from({ length: 30 }, () => world.stream('patient-2', '/v1/stream')))
    expect((await world.stream('patient-2', '/v1/stream')).response.status).toBe(429)
    for (const stream of open) await stream.close()
    await expect.poll(() => world.hub.watching()).toBe(0)
  })

  it('forgets whoever leaves before it has begun', async () => {
    const abort = new AbortController()
    const asked = Array.from({ length: 20 }, () =>
      world.call('doctor-1', '/v1/stream', { signal: abort.signal }),
    )
    await expect.poll(() => world.hub.watching()).toBeGreaterThan(0)
    abort.abort()
    await Promise.allSettled(asked)

    await expect.poll(() => world.hub.watching()).toBe(0)
    expect((await world.call('doctor-1', '/v1/stream', { method: 'HEAD' })).status).toBe(405)
  })

  it('drops a reader that does not read', async () => {
    const jobId = await world.ask('doctor-1')
    const job = await world.jobs.one(jobId, 'the house')
    const { hostname, port } = new URL(world.url)
    const socket = connect(Number(port), hostname)
    socket.write('GET /v1/stream HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer doctor-1\r\n\r\n')
    await expect.poll(() => world.hub.watching()).toBe(1)

    for (let version = 2; world.hub.watching() > 0 && version < 200_000; version++) {
      if (job) world.hub.show({ ...job, version })
      if (version % 1_000 === 0) await new Promise(setImmediate)
    }

    expect(world.hub.watching()).toBe(0)
    socket.destroy()
  })
})

describe('a gateway that stops', () => {
  it('says so to whoever watches, and does not wait for them', async () => {
    const world = await jobsWorld()
    const stream = await world.stream('admin-1', '/v1/stream')

    await world.app.close()
    await stream.ended()

    expect(stream.told.at(-1)).toMatchObject({ event: 'bye', data: { reason: 'stopping' } })
    await world.stop()
  })

  it('waits for what it is answering, and for nothing after that', async () => {
    const world = await jobsWorld()
    const answer = world.get('admin-1', '/v1/jobs')
    await once(world.app.server, 'request')
    const begun = performance.now()

    await world.app.close()

    expect(performance.now() - begun).toBeLessThan(5_000)
    expect((await answer).status).toBe(200)
    await world.stop()
  })
})

const isState = (state: string) => (told: Told) => told.event === 'job' && told.data.state === state
const isJob = (jobId: string) => (told: Told) => told.event === 'job' && told.data.jobId === jobId
const isProgress = (told: Told) => told.event === 'progress'

const progress = (reportId: string, rows: number): ReportProgressed['data'] => ({
  reportId,
  attempt: 1,
  phase: 'writing',
  rows,
  total: 400,
  etaMs: 2_000,
})

const completed = (reportId: string) => ({
  reportId,
  file: `${reportId}.1.csv`,
  rows: 400,
  rowsSkipped: 0,
  bytes: 9_000,
  sha256: 'a'.repeat(64),
  snapshotTime: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 7 * 24 * 3_600_000).toISOString(),
})
