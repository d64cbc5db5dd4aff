import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCampaign, createTestServer } from '../../test/open-door.ts'

/** The `people` of the test hospital carry an address each, but for those below. */
describe('a dry run', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
    const people = door.store.collection<{ _id: string }>('people')
    const patient = (_id: string, more: object) => ({
      _id,
      kind: 'patient',
      name: `Name ${_id}`,
      number: `N-${_id}`,
      language: 'en',
      zone: 'Asia/Kolkata',
      active: true,
      version: 1,
      ...more,
    })
    await people.deleteMany({ _id: { $in: ['ada', 'bina'] } })
    await people.insertMany([
      patient('fine', { mail: 'fine@example.test', language: 'hi' }),
      patient('none', {}),
      patient('bad', { mail: 'a@example.test, b@example.test' }),
      patient('bounced', { mail: 'Bounced@example.test' }),
      patient('unwilling', { mail: 'unwilling@example.test' }),
      patient('gone', { mail: 'gone@example.test', active: false }),
    ])
    await door.store
      .collection<{ _id: string }>('suppressions')
      .insertOne({ _id: 'bounced@example.test', reason: 'bounced' } as { _id: string })
    await door.store
      .collection<{ _id: string }>('consents')
      .insertOne({ _id: 'unwilling', care: true, administrative: false, marketing: false } as { _id: string })
  })
  afterAll(() => door.close())

  const audience = { kind: 'people', role: 'patient' }
  const tried = async (change: object = {}) => {
    const made = await asha('POST', '/v1/campaigns', { ...aCampaign, audience, ...change })
    return (await asha('POST', `/v1/campaigns/${made.body.campaignId}/dry-run`)).body
  }
  const counted = (reasons: { code: string; count: number }[]) =>
    Object.fromEntries(reasons.map(({ code, count }) => [code, count]))

  it('says who would get a mail, and why others would not', async () => {
    const body = await tried({ purpose: 'care' })
    expect([body.expected, body.wouldSend, body.wouldWait, body.needsApproval]).toEqual([5, 2, 0, true])
    expect(counted(body.reasons)).toEqual({ BAD_ADDRESS: 2, BOUNCED: 1 })
  })

  it('counts those as waiting who got as much as anybody gets lately, and not for care', async () => {
    const sent = (n: number) => ({
      _id: `recent-${n}`,
      input: { recipient: { id: 'fine' }, purpose: 'administrative' },
      outcome: { kind: 'sent' },
      settledAt: new Date(door.now().getTime() - 3_600_000),
    })
    const deliveries = door.store.collection<{ _id: string }>('deliveries')
    await deliveries.insertMany([1, 2, 3].map(sent))
    const administrative = await tried({ purpose: 'administrative' })
    const care = await tried({ purpose: 'care' })
    await deliveries.deleteMany({ _id: /^recent-/ })
    expect([administrative.wouldWait, counted(administrative.reasons)]).toEqual([
      1,
      expect.objectContaining({ MAIL_FREQUENCY_CAP: 1 }),
    ])
    expect(care.wouldWait).toBe(0)
  })

  it('asks for consent by purpose', async () => {
    const { reasons, wouldSend, wouldWait } = await tried({ purpose: 'marketing' })
    expect(counted(reasons)).toMatchObject({ NO_CONSENT: 2 })
    expect(wouldSend + wouldWait).toBe(0)
  })

  it('takes whoever uploads a list at their word, but not against the suppression list', async () => {
    const upload = { purpose: 'marketing', audience: { kind: 'upload' } }
    const id = (await asha('POST', '/v1/campaigns', { ...aCampaign, ...upload })).body.campaignId
    const csv = 'mail,name\nnew@example.test,New\nbounced@example.test,Bounced\n'
    await asha('POST', `/v1/campaigns/${id}/recipients`, csv, { 'content-type': 'text/csv' })
    const { body } = await asha('POST', `/v1/campaigns/${id}/dry-run`)
    expect([body.expected, body.wouldSend + body.wouldWait]).toEqual([2, 1])
    expect(counted(body.reasons)).toMatchObject({ BOUNCED: 1 })
  })

  it('fills in the columns of an uploaded list, and names those that it does not have', async () => {
    const text = (body: string) => ({ en: { subject: 'Your bill', body } })
    const upload = { audience: { kind: 'upload' }, texts: text('It is {{ amount }}.') }
    const id = (await asha('POST', '/v1/campaigns', { ...aCampaign, ...upload })).body.campaignId
    const csv = 'mail,name,amount\nnew@example.test,New,12\n'
    await asha('POST', `/v1/campaigns/${id}/recipients`, csv, { 'content-type': 'text/csv' })
    const filled = (await asha('POST', `/v1/campaigns/${id}/dry-run`)).body
    expect([filled.faults, filled.samples[0].text]).toEqual([[], expect.stringContaining('It is 12.')])
    expect((await asha('GET', `/v1/campaigns/${id}`)).body.columns).toEqual(['name', 'amount'])

    await asha('PATCH', `/v1/campaigns/${id}`, { texts: text('It is {{ due }}.') })
    const { faults, samples } = (await asha('POST', `/v1/campaigns/${id}/dry-run`)).body
    expect([faults[0].pointer, samples]).toEqual(['/texts/en/body', []])
    expect(
      (await asha('POST', `/v1/campaigns/${id}/send`, undefined, { 'idempotency-key': 'columns-1' })).status,
    ).toBe(422)
  })

  it('shows up to three as they would be, in their language where there is a text in it', async () => {
    const texts = { ...aCampaign.texts, hi: { subject: 'समय', body: 'नमस्ते {{ recipientName }}' } }
    const { samples } = await tried({ purpose: 'care', texts })
    const [hindi] = samples.filter(({ language }: { language: string }) => language === 'hi')
    expect(hindi).toMatchObject({ recipient: 'Name fine', subject: 'समय' })
    expect(hindi.text).toContain('नमस्ते Name fine')
    expect(samples).toHaveLength(2)
    expect((await tried({ purpose: 'care' })).samples[0].subject).toBe('Opening hours')
  })

  it('tells what is wrong with the texts, and shows nothing then', async () => {
    const { faults, samples } = await tried({ texts: { en: { subject: 'News', body: '{{ nobody }}' } } })
    expect([faults[0].pointer, samples]).toEqual(['/texts/en/body', []])
    expect((await tried({ texts: undefined })).faults).toEqual([{ pointer: '/texts', detail: 'is missing' }])
  })

  it('changes nothing and says nothing', async () => {
    const made = await asha('POST', '/v1/campaigns', aCampaign)
    const read = () => door.store.collection('campaigns').findOne({ _id: made.body.campaignId })
    const before = await read()
    await asha('POST', `/v1/campaigns/${made.body.campaignId}/dry-run`)
    expect(await read()).toEqual(before)
    expect((await asha('POST', '/v1/campaigns/missing/dry-run')).status).toBe(404)
  })
})
