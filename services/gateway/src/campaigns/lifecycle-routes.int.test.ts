import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCampaign, aDelivery, createTestServer } from '../../test/open-door.ts'
import type { StoredCampaign } from './mongo-campaign-store.ts'

describe('a campaign', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  let nils: typeof asha
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
  })
  // What one person sends within a day counts together: each of these tests is a day.
  beforeEach(async () => {
    door.wait(25 * 3_600_000)
    ;[asha, nils] = await Promise.all([door.as('asha'), door.as('nils')])
  })
  afterAll(() => door.close())

  let keys = 0
  const keyed = () => ({ 'idempotency-key': `key-${keys++}` })
  const drafted = async (change: object = {}) =>
    (await asha('POST', '/v1/campaigns', { ...aCampaign, ...change })).body.campaignId as string
  const send = (id: string, headers = keyed()) => asha('POST', `/v1/campaigns/${id}/send`, undefined, headers)
  const step = (ask: typeof asha, id: string, name: string, body: object = {}) =>
    ask('POST', `/v1/campaigns/${id}/${name}`, body)
  const said = async (id: string) =>
    (await door.store.collection<StoredCampaign>('campaigns').findOne({ _id: id }))?.outbox.map(
      ({ event }) => event.type,
    )

  it('goes from draft to sending, and says so in the same write', async () => {
    const id = await drafted()
    const { status, body } = await send(id)
    expect([status, body.state]).toEqual([202, 'sending'])
    expect(body.counts).toMatchObject({ expected: 2, waiting: 2, sent: 0 })
    expect(await said(id)).toEqual(['campaign.requested'])
    expect(await door.audited()).toContain(`asha campaign.requested ${id}`)
  })

  it('is sent once, however often and however simultaneously one clicks', async () => {
    const id = await drafted()
    const headers = keyed()
    const answers = await Promise.all([send(id, headers), send(id, headers), send(id, headers)])
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(await said(id)).toEqual(['campaign.requested'])
    const late = await send(id, headers)
    expect([late.status, late.headers['idempotency-replayed']]).toEqual([202, 'true'])
    expect((await send(id)).body.code).toBe('WRONG_STATE')
  })

  it('wants an Idempotency-Key', async () => {
    const { status, body } = await asha('POST', `/v1/campaigns/${await drafted()}/send`)
    expect([status, body.code]).toEqual([400, 'IDEMPOTENCY_KEY_MISSING'])
  })

  it('to everybody of a role waits for a second person, who is never the first', async () => {
    const id = await drafted({ audience: { kind: 'people', role: 'patient' } })
    expect((await send(id)).body).toMatchObject({ state: 'awaiting approval', mayApprove: false })
    expect((await step(asha, id, 'approve')).status).toBe(403)
    expect((await nils('GET', `/v1/campaigns/${id}`)).body.mayApprove).toBe(true)
    const { body } = await step(nils, id, 'approve')
    expect(body).toMatchObject({ state: 'sending', approvedBy: { id: 'nils' } })
    expect(await said(id)).toEqual(['campaign.requested', 'campaign.approved'])
  })

  it('waits for a second person when many small ones and single mails are as much as a large one', async () => {
    const [first, second, third] = [await drafted(), await drafted(), await drafted()]
    const mail = (key = keyed()) =>
      asha('POST', '/v1/mails', { recipientId: 'ada', template: 'announcement', texts: aCampaign.texts }, key)

    expect((await send(first)).body.state).toBe('sending')
    expect((await asha('POST', `/v1/campaigns/${second}/dry-run`)).body).toMatchObject({
      needsApproval: true,
      approvalReason: 'day',
    })
    expect((await send(second)).body).toMatchObject({ state: 'awaiting approval', approvalReason: 'day' })
    const key = keyed()
    expect((await mail(key)).status).toBe(202)
    expect((await mail(key)).status).toBe(202)
    const refused = await mail()
    expect([refused.status, refused.body.code]).toEqual([409, 'APPROVAL_NEEDED'])
    // Another person's day is their own.
    expect((await nils('POST', `/v1/campaigns/${third}/send`, undefined, keyed())).body.state).toBe('sending')

    door.wait(25 * 3_600_000)
    asha = await door.as('asha')
    expect((await mail()).status).toBe(202)
  })

  it('counts what is sent at the same moment: of many at once no more leave than the limit allows', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => drafted()))
    const states = (await Promise.all(ids.map((id) => send(id)))).map(({ body }) => body.state)
    expect(states.filter((state) => state === 'sending')).toHaveLength(1)
  })

  it('above the limit waits for a second person', async () => {
    const people = door.store.collection<{ _id: string }>('people')
    const more = ['n1', 'n2', 'n3'].map((_id) => ({
      _id,
      kind: 'patient',
      name: _id,
      number: _id,
      language: 'en',
      zone: 'Asia/Kolkata',
      active: true,
      version: 1,
    }))
    await people.insertMany(more)
    const id = await drafted()
    const { body } = await send(id)
    await people.deleteMany({ _id: { $in: more.map(({ _id }) => _id) } })
    expect([body.state, body.counts.expected]).toEqual(['awaiting approval', 5])
  })

  it('is held, goes on and is called off, each once and each with its reason', async () => {
    const id = await drafted()
    await send(id)
    expect((await step(asha, id, 'pause', { reason: 'a typing error' })).body).toMatchObject({
      state: 'paused',
      pausedBy: { id: 'asha' },
      pauseReason: 'a typing error',
    })
    await step(nils, id, 'pause')
    expect((await step(asha, id, 'resume')).body.state).toBe('sending')
    const off = await step(asha, id, 'cancel', { reason: 'too late' })
    expect(off.body).toMatchObject({ state: 'cancelled', cancelReason: 'too late' })
    expect(off.body.counts).toMatchObject({ expected: 2, cancelled: 2, waiting: 0 })
    expect((await step(asha, id, 'resume')).status).toBe(409)
    expect(await said(id)).toEqual([
      'campaign.requested',
      'campaign.paused',
      'campaign.resumed',
      'campaign.cancelled',
    ])
  })

  it('counts what became of it, and every number is there', async () => {
    const id = await drafted()
    await send(id)
    await door.store.collection<StoredCampaign>('campaigns').updateOne({ _id: id }, { $set: { expected: 7 } })
    const input = { batchId: id }
    for (const delivery of [
      aDelivery({ input }),
      aDelivery({ input, outcome: { kind: 'suppressed', code: 'NO_CONSENT' } }),
      aDelivery({ input, state: 'failed', outcome: { kind: 'failed', code: 'BAD_ADDRESS' } }),
      aDelivery({ input, state: 'in doubt', outcome: { kind: 'in doubt' } }),
      aDelivery({ input, state: 'sending' }),
    ])
      await door.withDelivery(delivery)
    const { body } = await asha('GET', `/v1/campaigns/${id}`)
    expect(body.counts).toEqual({
      expected: 7,
      sent: 1,
      suppressed: 1,
      failed: 1,
      inDoubt: 1,
      cancelled: 0,
      waiting: 3,
      sending: 1,
    })
    expect(body.reasons).toEqual([
      { code: 'BAD_ADDRESS', reason: expect.any(String), count: 1 },
      { code: 'NO_CONSENT', reason: expect.any(String), count: 1 },
    ])

    const again = await step(asha, id, 'resend')
    expect([again.status, again.body.audience]).toEqual([201, { kind: 'failed of', campaignId: id }])
    expect((await send(again.body.campaignId)).body.counts.expected).toBe(1)
  })

  it('of which nothing failed has nobody to be sent to again', async () => {
    const id = await drafted()
    await send(id)
    expect((await step(asha, id, 'resend')).body.code).toBe('EMPTY_AUDIENCE')
    expect((await step(asha, await drafted(), 'resend')).body.code).toBe('WRONG_STATE')
  })

  it('to nobody is refused', async () => {
    const id = await drafted({ audience: { kind: 'people', role: 'patient', doctorId: 'khan' } })
    const { status, body } = await send(id)
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'EMPTY_AUDIENCE', '/audience'])
  })

  it.each([
    [{ texts: undefined }, '/texts'],
    [{ audience: { kind: 'upload' } }, '/audience'],
    [{ texts: { en: { subject: 'Your diagnosis', body: 'Hello' } } }, '/texts/en/subject'],
    [{ texts: { en: { subject: 'News', body: '{% if %}' } } }, '/texts/en/body'],
    [{ texts: { en: { subject: 'News', body: '{{ password }}' } } }, '/texts/en/body'],
  ])('with %j is not sent', async (change, pointer) => {
    const { status, body } = await send(await drafted(change))
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer])
  })

  it.each([
    [{ template: 'visit-reminder' }, '/template'],
    [{ audience: { kind: 'people', role: 'patient', doctorId: 'nobody' } }, '/audience/doctorId'],
    [{ audience: { kind: 'people', role: 'patient', departmentId: 'nowhere' } }, '/audience/departmentId'],
    [{ audience: { kind: 'people', role: 'doctor', doctorId: 'rao' } }, '/audience/doctorId'],
    [{ audience: { kind: 'failed of', campaignId: 'none' } }, '/audience/campaignId'],
    [{ audience: { kind: 'people', role: 'patient', from: '2026-02-02', to: '2026-02-01' } }, '/audience/to'],
  ])('is not drafted with %j', async (change, pointer) => {
    const { status, body } = await asha('POST', '/v1/campaigns', { ...aCampaign, ...change })
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer])
  })

  it('is changed by whoever read it last, and as a draft only', async () => {
    const made = await asha('POST', '/v1/campaigns', aCampaign)
    const id = made.body.campaignId
    const etag = { 'if-match': String(made.headers.etag) }
    expect((await asha('PATCH', `/v1/campaigns/${id}`, { name: 'Other' }, etag)).body.name).toBe('Other')
    expect((await asha('PATCH', `/v1/campaigns/${id}`, { name: 'Third' }, etag)).status).toBe(412)
    await send(id)
    expect((await asha('PATCH', `/v1/campaigns/${id}`, { name: 'Late' })).body.code).toBe('NOT_A_DRAFT')
  })

  it('is found by its state, page by page', async () => {
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await asha('GET', `/v1/campaigns?state=draft&limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items.map((one: { campaignId: string }) => one.campaignId))
      cursor = body.next ?? ''
    } while (cursor)
    const drafts = await door.store.collection('campaigns').countDocuments({ state: 'draft' })
    expect([new Set(seen).size, seen.length]).toEqual([drafts, drafts])
  })

  it('to patients with an appointment counts each of them once, and not who called it off', async () => {
    const audience = {
      kind: 'people',
      role: 'patient',
      doctorId: 'rao',
      from: '2026-02-01',
      to: '2026-02-01',
    }
    const startsAt = new Date('2026-02-01T04:00:00Z')
    const ada = { id: 'ada', name: 'Ada', number: 'P-ada' }
    const bina = { id: 'bina', name: 'Bina', number: 'P-bina' }
    await door.withAppointment({ startsAt, patient: ada, status: 'booked' })
    await door.withAppointment({ startsAt, patient: ada, status: 'missed' })
    await door.withAppointment({ startsAt, patient: bina, status: 'cancelled' })
    await door.withAppointment({
      startsAt: new Date('2026-02-01T19:00:00Z'),
      patient: bina,
      status: 'booked',
    })
    expect((await send(await drafted({ audience }))).body.counts.expected).toBe(1)
  })
})
