import { reportCompleted, reportStarted } from '@rounds/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JobsWorld, jobsWorld } from '../../test/jobs-world.ts'

describe('calling a job off', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld()
  })
  afterAll(() => world.stop())

  const callOff = (who: string, jobId: string) => world.post(who, `/v1/jobs/${jobId}/cancel`)
  const cancellations = (jobId: string) =>
    world.bus.published.filter(({ type, subject }) => type === 'report.cancelled' && subject === jobId)

  it('is final at once, and told to the workers', async () => {
    const jobId = await world.ask('doctor-1')
    await world.report(reportStarted, { reportId: jobId, attempt: 1 })

    const { status, body } = await callOff('doctor-1', jobId)

    expect(status).toBe(200)
    expect(body).toMatchObject({ state: 'cancelled', links: { retry: `/v1/jobs/${jobId}/retry` } })
    expect(world.audited).toContain(`report.cancelled ${jobId}`)
    await expect.poll(() => cancellations(jobId)).toHaveLength(1)
    expect(cancellations(jobId)[0]?.data).toEqual({ reportId: jobId, cancelledBy: 'doctor-1' })
  })

  it('is one write: the job and what it says', async () => {
    await world.outbox.stop()
    const jobId = await world.ask('doctor-1')
    await callOff('doctor-1', jobId)

    const document = await world.collection.findOne({ _id: jobId })
    expect(document?.outbox.map(({ event }) => event.type)).toEqual(['report.requested', 'report.cancelled'])
    await world.outbox.start()
  })

  it('may be asked twice, and is said once', async () => {
    const jobId = await world.ask('doctor-1')
    const answers = await Promise.all([callOff('doctor-1', jobId), callOff('doctor-1', jobId)])

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    await expect.poll(() => cancellations(jobId)).toHaveLength(1)
  })

  it('stands although the file was finished meanwhile', async () => {
    const jobId = await world.ask('doctor-1')
    await callOff('doctor-1', jobId)
    await world.report(reportCompleted, completed(jobId))

    expect((await world.get('doctor-1', `/v1/jobs/${jobId}`)).body.state).toBe('cancelled')
    expect((await world.get('doctor-1', `/v1/reports/${jobId}/file`)).status).toBe(409)
  })

  it('comes too late for a job that has ended', async () => {
    const jobId = await world.ask('doctor-1')
    await world.report(reportCompleted, completed(jobId))

    expect(await callOff('doctor-1', jobId)).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_FINISHED' },
    })
  })

  it('is for whoever asked, and for admins', async () => {
    const jobId = await world.ask('doctor-1')

    expect((await callOff('doctor-2', jobId)).status).toBe(404)
    expect((await callOff('ops-1', jobId)).status).toBe(403)
    expect((await callOff('admin-1', jobId)).status).toBe(200)
    expect((await callOff('doctor-1', 'no-such-job')).status).toBe(404)
  })

  it('does not happen when it cannot be accounted for', async () => {
    const jobId = await world.ask('doctor-1')
    world.faults.audit = true
    const { status } = await callOff('doctor-1', jobId)
    world.faults.audit = false

    expect(status).toBe(500)
    expect((await world.get('doctor-1', `/v1/jobs/${jobId}`)).body.state).toBe('queued')
  })
})

const completed = (reportId: string) => ({
  reportId,
  file: `${reportId}.1.csv`,
  rows: 1,
  rowsSkipped: 0,
  bytes: 1,
  sha256: 'a'.repeat(64),
  snapshotTime: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
})
