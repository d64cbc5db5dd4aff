import { reportExpired, reportFailed, reportProgressed, reportStarted } from '@rounds/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JobsWorld, jobsWorld } from '../../test/jobs-world.ts'

describe('a job asked for as Celery’s AsyncResult', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld()
  })
  afterAll(() => world.stop())

  const task = (who: string, jobId: string) => world.get(who, `/v1/tasks/${jobId}`)

  it('goes from PENDING over STARTED and RETRY to its end', async () => {
    const reportId = await world.ask('doctor-1')
    const status = async () => (await task('doctor-1', reportId)).body.status

    expect(await status()).toBe('PENDING')
    await world.report(reportStarted, { reportId, attempt: 1 })
    expect(await status()).toBe('STARTED')
    await world.report(reportProgressed, { reportId, attempt: 1, phase: 'retrying', rows: 0 })
    await expect.poll(status).toBe('RETRY')
    await world.report(reportFailed, { reportId, code: 'DISK_FULL', reason: 'The disk is full.' })
    expect((await task('doctor-1', reportId)).body).toMatchObject({
      task_id: reportId,
      status: 'FAILURE',
      ready: true,
      successful: false,
      result: { exc_type: 'DISK_FULL' },
      traceback: 'DISK_FULL: The disk is full.',
    })
  })

  it('is never PENDING for what is unknown, foreign or expired', async () => {
    const reportId = await world.ask('doctor-1')
    expect((await task('doctor-2', reportId)).status).toBe(404)
    expect((await task('doctor-1', '01900000-0000-7000-8000-000000000000')).status).toBe(404)

    await world.report(reportExpired, { reportId })
    expect(await task('doctor-1', reportId)).toMatchObject({ status: 410, body: { code: 'EXPIRED' } })
  })
})
