import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDelivery, createTestServer } from '../../test/open-door.ts'
import type { StoredMail } from './mongo-mails.ts'

describe('a single mail', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase(), { APPROVAL_LIMIT: 100 })
    asha = await door.as('asha')
  })
  afterAll(() => door.close())

  let keys = 0
  const texts = { en: { subject: 'Opening hours', body: 'We open at eight.' } }
  const toAda = { recipientId: 'ada', template: 'announcement', texts }
  const send = (body: object, key = `key-${keys++}`, ask = asha) =>
    ask('POST', '/v1/mails', body, { 'idempotency-key': key })
  const kept = (id: string) => door.store.collection<StoredMail>('mails').findOne({ _id: id })

  /** A finished report of this person's. */
  async function report(requestedBy: string, change: object = {}, wish: object = { report: 'appointments' }) {
    const ask = await door.as(requestedBy)
    const { body } = await ask('POST', '/v1/reports', wish, { 'idempotency-key': `report-${keys++}` })
    const result = {
      file: `${body.jobId}.1.csv`,
      rows: 1,
      rowsSkipped: 0,
      bytes: 900,
      sha256: 'a'.repeat(64),
      snapshotTime: door.now().toISOString(),
      expiresAt: new Date(door.now().getTime() + 3_600_000).toISOString(),
      at: door.now(),
    }
    await door.store
      .collection<{ _id: string }>('jobs')
      .updateOne({ _id: body.jobId }, { $set: { state: 'done', result: { ...result, ...change } } })
    return body.jobId as string
  }

  it('is written down with its event, which says neither to whom nor what', async () => {
    const { status, body, headers } = await send(toAda)
    expect([status, headers.location]).toEqual([202, `/v1/mails/${body.mailId}`])
    const mail = await kept(body.mailId)
    expect(mail).toMatchObject({ recipientId: 'ada', purpose: 'administrative', requestedBy: 'asha', texts })
    expect(mail?.outbox.map(({ event }) => [event.type, event.data])).toEqual([
      ['mail.requested', { mailId: body.mailId, template: 'announcement' }],
    ])
    expect(await door.audited()).toContain(`asha mail.requested ${body.mailId}`)
  })

  it('is one, however often it is asked for under one key', async () => {
    const answers = await Promise.all([send(toAda, 'once'), send(toAda, 'once'), send(toAda, 'once')])
    expect(new Set(answers.map(({ body }) => body.mailId)).size).toBe(1)
    expect((await send({ ...toAda, recipientId: 'bina' }, 'once')).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
    door.wait(25 * 3_600_000)
    asha = await door.as('asha')
    expect((await send(toAda, 'once')).body.mailId).not.toBe(answers[0]?.body.mailId)
    expect((await asha('POST', '/v1/mails', toAda)).body.code).toBe('IDEMPOTENCY_KEY_MISSING')
  })

  it('shows how it went', async () => {
    const { body } = await send(toAda)
    const read = () => asha('GET', `/v1/mails/${body.mailId}`)
    expect((await read()).body).toMatchObject({ recipientId: 'ada', requestedBy: { id: 'asha' } })
    await door.withDelivery(aDelivery({ input: { batchId: body.mailId, batch: 'single' } }))
    expect((await read()).body.delivery).toMatchObject({ state: 'sent', to: 'ada@example.test' })
    expect((await asha('GET', '/v1/mails/missing')).status).toBe(404)
  })

  it.each([
    [{ recipientId: 'nobody' }, '/recipientId'],
    [{ texts: undefined }, '/texts'],
    [{ texts: { en: { subject: 'Your diabetes', body: 'x' } } }, '/texts/en/subject'],
    [{ texts: { en: { subject: 'News', body: 'Come to {{ department }}.' } } }, '/texts'],
    [{ template: 'report-ready' }, '/texts'],
    [{ template: 'report-ready', texts: undefined }, '/report'],
    [{ report: { jobId: 'missing', as: 'link' } }, '/report/jobId'],
  ])('with %j is refused where it is wrong', async (change, pointer) => {
    const { status, body } = await send({ ...toAda, ...change })
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer])
  })

  it('may carry a report that the asker may download, and that is written down', async () => {
    const jobId = await report('asha')
    const { body } = await send({ ...toAda, recipientId: 'nils', report: { jobId, as: 'attachment' } })
    expect((await kept(body.mailId))?.report).toMatchObject({ jobId, as: 'attachment' })
    expect(await door.audited()).toContain(`asha report.mailed-as-attachment ${jobId}`)
  })

  it('carries nobody else’s report, which is answered like one that does not exist', async () => {
    const theirs = await send({ ...toAda, report: { jobId: await report('rao'), as: 'attachment' } })
    const missing = await send({ ...toAda, report: { jobId: 'missing', as: 'attachment' } })
    expect([theirs.status, theirs.body.errors]).toEqual([422, missing.body.errors])
  })

  it.each([
    ['attachment', 'nils', { bytes: 2_000_000 }, '/report/as'],
    ['link', 'nils', {}, '/report/as'],
    ['link', 'ada', {}, '/recipientId'],
    ['link', 'asha', { expiresAt: '2020-01-01T00:00:00Z' }, '/report/jobId'],
  ])('takes no report as %s to %s with %j', async (as, recipientId, change, pointer) => {
    const jobId = await report('asha', change)
    const { status, body } = await send({ ...toAda, recipientId, report: { jobId, as } })
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer])
  })

  it.each([
    ['the appointments of all', { report: 'appointments' }, 'ada'],
    ['the appointments of all', { report: 'appointments' }, 'rao'],
    ['the appointments of all', { report: 'appointments' }, 'om'],
    ['another’s activity', { report: 'doctor-activity', parameters: { doctorId: 'khan' } }, 'rao'],
    ['addresses', { report: 'mail-log' }, 'rao'],
  ])('carries %s to nobody who could not have it themself: %j to %s', async (_, wish, recipientId) => {
    const jobId = await report('asha', {}, wish)
    const { status, body } = await send({ ...toAda, recipientId, report: { jobId, as: 'attachment' } })
    expect([status, body.errors]).toEqual([
      422,
      [{ pointer: '/recipientId', detail: 'may not have this report' }],
    ])
  })

  it('carries a doctor’s own numbers to that doctor', async () => {
    const wish = { report: 'doctor-activity', parameters: { doctorId: 'rao' } }
    const jobId = await report('asha', {}, wish)
    expect((await send({ ...toAda, recipientId: 'rao', report: { jobId, as: 'attachment' } })).status).toBe(
      202,
    )
  })

  it.each(['ada', 'bina', 'rao', 'asha', 'nils'])(
    'carries nobody’s treatment history, not to %s',
    async (recipientId) => {
      const wish = { report: 'treatment-history', parameters: { patientId: 'ada' } }
      const jobId = await report('asha', {}, wish)
      const { status, body } = await send({ ...toAda, recipientId, report: { jobId, as: 'attachment' } })
      expect([status, body.errors?.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
        422,
        expect.arrayContaining(['/report/as']),
      ])
    },
  )

  it('tells whoever asked for a report where it is', async () => {
    const jobId = await report('asha')
    const { status, body } = await send({
      recipientId: 'asha',
      template: 'report-ready',
      report: { jobId, as: 'link' },
    })
    expect([status, (await kept(body.mailId))?.report?.as]).toEqual([202, 'link'])
  })
})
