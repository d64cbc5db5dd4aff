import { reportCompleted, reportFailed } from '@rounds/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JobsWorld, jobsWorld } from '../../test/jobs-world.ts'

describe('asking again', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld()
  })
  afterAll(() => world.stop())

  const again = (who: string, jobId: string, key = crypto.randomUUID() as string) =>
    world.post(who, `/v1/jobs/${jobId}/retry`, undefined, { 'idempotency-key': key })

  async function failedJob() {
    const jobId = await world.ask('doctor-1', {
      report: 'appointments',
      parameters: { from: '2026-11-01' },
      columns: ['startsAt', 'diagnosis'],
      gzip: true,
      fileName: 'मेरी सूची',
    })
    await world.report(reportFailed, { reportId: jobId, code: 'DISK_FULL', reason: 'The disk is full.' })
    return jobId
  }

  it('makes a new job of the same wish', async () => {
    const jobId = await failedJob()
    const { status, headers, body } = await again('doctor-1', jobId)

    expect(status).toBe(202)
    expect(headers.get('location')).toBe(`/v1/jobs/${body.jobId}`)
    const wished = async (id: string) => {
      const job = await world.collection.findOne({ _id: id })
      const { report, parameters, columns, gzip, flavour, fileName, role } = job ?? ({} as never)
      return { report, parameters, columns, gzip, flavour, fileName, role }
    }
    expect(await wished(body.jobId)).toEqual(await wished(jobId))
    expect((await world.get('doctor-1', `/v1/jobs/${body.jobId}`)).body.retryOf).toBe(jobId)
    expect((await world.get('doctor-1', `/v1/jobs/${jobId}`)).body.state).toBe('failed')
    await expect.poll(() => world.bus.published.map(({ subject }) => subject)).toContain(body.jobId)
  })

  it('makes one job of a click that came twice', async () => {
    const jobId = await failedJob()
    const [first, second] = [
      await again('doctor-1', jobId, 'retry-1'),
      await again('doctor-1', jobId, 'retry-1'),
    ]

    expect(second.body.jobId).toBe(first.body.jobId)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect((await again('doctor-1', await failedJob(), 'retry-1')).status).toBe(422)
    expect((await world.post('doctor-1', `/v1/jobs/${jobId}/retry`)).status).toBe(400)
  })

  it('answers a repeated request as before, though there is nothing left to retry', async () => {
    const jobId = await failedJob()
    const first = await again('doctor-1', jobId, 'retry-2')
    await world.report(reportCompleted, {
      reportId: jobId,
      file: `${jobId}.1.csv`,
      rows: 1,
      rowsSkipped: 0,
      bytes: 10,
      sha256: 'a'.repeat(64),
      snapshotTime: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    })

    expect(await again('doctor-1', jobId)).toMatchObject({ status: 409 })
    const second = await again('doctor-1', jobId, 'retry-2')
    expect(second).toMatchObject({ status: 202, body: { jobId: first.body.jobId } })
    expect(second.headers.get('idempotency-replayed')).toBe('true')
  })

  it('is accounted for by the write that makes the job', async () => {
    const { body } = await again('admin-1', await failedJob())

    expect((await world.collection.findOne({ _id: body.jobId }))?.auditDue).toMatchObject({
      who: 'admin-1',
      did: 'report.requested',
      to: body.jobId,
    })
  })

  it('stays the report of whoever asked when an admin repeats it', async () => {
    const { body } = await again('admin-1', await failedJob())

    expect((await world.get('doctor-1', `/v1/jobs/${body.jobId}`)).body.requestedBy.id).toBe('doctor-1')
    expect((await world.get('admin-1', `/v1/reports/${body.jobId}/file`)).status).toBe(404)
  })

  it('is refused while the first one is under way, and to strangers', async () => {
    const jobId = await world.ask('doctor-1')

    expect(await again('doctor-1', jobId)).toMatchObject({ status: 409, body: { code: 'NOT_RETRYABLE' } })
    expect((await again('doctor-2', await failedJob())).status).toBe(404)
    expect((await again('doctor-1', 'no-such-job')).status).toBe(404)
  })
})
