import { reportExpired, reportFailed, reportProgressed, reportStarted } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JobsWorld, jobsWorld } from '../../test/jobs-world.ts'
import { createTestServer } from '../../test/open-door.ts'

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
    await world.report(reportProgressed, { reportId, attempt: 1, phase: 'writing', rows: 4, total: 9 })
    await expect.poll(status).toBe('PROGRESS')
    expect((await task('doctor-1', reportId)).body.result).toEqual({ current: 4, total: 9, phase: 'writing' })
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

describe('mail asked for as Celery’s AsyncResult', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
  })
  afterAll(() => door.close())

  const texts = { en: { subject: 'Opening hours', body: 'We open at eight.' } }

  it('is a task, single or to many, for those who may read it, by session or token', async () => {
    const asha = await door.as('asha')
    const { body: mail } = await asha(
      'POST',
      '/v1/mails',
      { recipientId: 'ada', template: 'announcement', texts },
      { 'idempotency-key': 'celery' },
    )
    const campaign = await asha('POST', '/v1/campaigns', {
      name: 'Opening hours',
      template: 'announcement',
      purpose: 'administrative',
      audience: { kind: 'upload' },
      texts,
    })
    const ids = [mail.mailId, campaign.body.campaignId]
    for (const id of ids)
      expect((await asha('GET', `/v1/tasks/${id}`)).body).toMatchObject({ task_id: id, status: 'PENDING' })

    const withScopes = async (scopes: string[]) => {
      const { body } = await asha('POST', '/v1/tokens', { name: scopes.join(), scopes, expiresInDays: 1 })
      const authorization = `Bearer ${body.secret}`
      return Promise.all(
        ids.map(
          async (id) => (await door.anyone('GET', `/v1/tasks/${id}`, undefined, { authorization })).status,
        ),
      )
    }
    expect(await withScopes(['mail:read'])).toEqual([200, 200])
    expect(await withScopes(['reports:read'])).toEqual([404, 404])
    const rao = await door.as('rao')
    for (const id of ids) expect((await rao('GET', `/v1/tasks/${id}`)).status).toBe(404)

    await asha('POST', `/v1/campaigns/${campaign.body.campaignId}/cancel`, {})
    expect((await asha('GET', `/v1/tasks/${campaign.body.campaignId}`)).body).toMatchObject({
      status: 'REVOKED',
      result: { exc_type: 'TaskRevokedError', exc_module: 'celery.exceptions' },
    })
  })
})
