import type { FireDocument, ScheduleDocument } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import type { WithOutbox } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

describe('keeping schedules', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
  })
  afterAll(() => door.close())

  it('makes one with what is usual, in words and with its next fires, and tells it with the same write', async () => {
    const { status, body, headers } = await asha('POST', '/v1/schedules', reminders)
    expect([status, headers.location, headers.etag]).toEqual([201, `/v1/schedules/${body.scheduleId}`, '"1"'])
    expect(body).toMatchObject({
      zone: 'Asia/Kolkata',
      words: { en: 'At 07:30', hi: 'रोज़ 07:30 बजे' },
      overlap: 'skip',
      catchUp: { policy: 'once', windowMinutes: 360 },
      createdBy: { id: 'asha', name: 'asha' },
      parameters: {},
    })
    expect(body.next).toHaveLength(3)
    expect(body.next[0].local).toContain('T07:30:00+05:30')
    expect(await saidOf(body.scheduleId)).toEqual([
      { type: 'schedule.changed', data: { scheduleId: body.scheduleId, version: 1 } },
    ])
    expect(await door.audited()).toContain(`asha schedule.added ${body.scheduleId}`)
  })

  it('makes one of a wish that comes twice', async () => {
    const twice = anew()
    const ask = () => asha('POST', '/v1/schedules', twice, { 'idempotency-key': 'one-click' })
    const [one, again] = await Promise.all([ask(), ask()])
    expect([one.status, again.status]).toEqual([201, 201])
    expect(again.body.scheduleId).toBe(one.body.scheduleId)
    expect([one, again].filter(({ headers }) => headers['idempotency-replayed'])).toHaveLength(1)
  })

  it.each([
    ['a hostile range', { expression: '0 0 1-100000000 * *' }, '/expression', /^dayOfMonth: /],
    ['10 KB of commas', { expression: ','.repeat(10_000) }, '/expression', /^minute: /],
    ['seconds', { expression: '0 30 7 * * *' }, '/expression', /seconds/],
    ['a day that no month has', { expression: '0 0 31 2 *' }, '/expression', /^dayOfMonth: /],
    ['a zone that is none', { zone: 'Asia/Nowhere' }, '/zone', /IANA/],
    ['an offset for a zone', { zone: '+05:30' }, '/zone', /IANA/],
    ['an abbreviation that only Intl knows', { zone: 'IST' }, '/zone', /Did you mean Asia\/Kolkata\?/],
    [
      'a parameter of another purpose',
      { parameters: { report: 'appointments' } },
      '/parameters/report',
      /nothing/,
    ],
    ['a report without one', { purpose: 'report' }, '/parameters/report', /missing/],
    [
      'a report that there is not',
      { purpose: 'report', parameters: { report: 'gossip' } },
      '/parameters/report',
      /./,
    ],
    [
      'a filter that the report has not',
      { purpose: 'report', parameters: { report: 'appointments', parameters: { mood: 'calm' } } },
      '/parameters/parameters/mood',
      /./,
    ],
    [
      'a period that is none',
      { purpose: 'report', parameters: { report: 'appointments', parameters: { period: 'always' } } },
      '/parameters/parameters/period',
      /last-month/,
    ],
    [
      'a recipient who may not see it',
      { purpose: 'report', parameters: { report: 'appointments', recipients: ['asha', 'ada'] } },
      '/parameters/recipients/1',
      /./,
    ],
    [
      'an upload, of which there is none each time',
      { purpose: 'campaign', parameters: { campaign: { ...news, audience: { kind: 'upload' } } } },
      '/parameters/campaign/audience/kind',
      /people/,
    ],
    [
      'a campaign whose subject tells of health',
      { purpose: 'campaign', parameters: { campaign: saying({ subject: 'Your HIV test' }) } },
      '/parameters/campaign/texts/en/subject',
      /health/,
    ],
    [
      'a campaign whose text names what is not there',
      { purpose: 'campaign', parameters: { campaign: saying({ body: '{{ diagnosis }}' }) } },
      '/parameters/campaign/texts/en/body',
      /no variable diagnosis/,
    ],
    [
      'a campaign without a text',
      { purpose: 'campaign', parameters: { campaign: { ...news, texts: undefined } } },
      '/parameters/campaign/texts',
      /missing/,
    ],
    [
      'a campaign by a template of one visit',
      { purpose: 'campaign', parameters: { campaign: { ...news, template: 'visit-reminder' } } },
      '/parameters/campaign/template',
      /many/,
    ],
    [
      'a campaign for a department that there is not',
      {
        purpose: 'campaign',
        parameters: {
          campaign: { ...news, audience: { kind: 'people', role: 'patient', departmentId: 'moon' } },
        },
      },
      '/parameters/campaign/audience/departmentId',
      /not known/,
    ],
  ])('refuses %s and names the field', async (_, change, pointer, detail) => {
    const { status, body } = await asha('POST', '/v1/schedules', { ...reminders, ...change })
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'SCHEDULE_REFUSED', pointer])
    expect(body.errors[0].detail).toMatch(detail)
  })

  it('checks a campaign’s texts when they are changed, too, and remembers everybody who wrote it', async () => {
    const nils = await door.as('nils')
    const id = await made({ purpose: 'campaign', parameters: { campaign: news } })
    const change = (campaign: object) => nils('PATCH', `/v1/schedules/${id}`, { parameters: { campaign } })
    const refused = await change(saying({ subject: 'Your HIV test' }))
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([
      422,
      '/parameters/campaign/texts/en/subject',
    ])
    expect((await kept(id)).contributors).toEqual(['asha'])

    await change(saying({ subject: 'Mine' }))
    for (let more = 0; more < 25; more++) await asha('PATCH', `/v1/schedules/${id}`, { name: `News ${more}` })
    expect((await kept(id)).contributors).toEqual(['asha', 'nils'])
  })

  it('refuses what the contract does not know before anything else', async () => {
    for (const [change, pointer] of [
      [{ purpose: 'gossip' }, '/purpose'],
      [{ overlap: 'sometimes' }, '/overlap'],
      [{ catchUp: { policy: 'once', windowMinutes: 0 } }, '/catchUp/windowMinutes'],
      [{ createdBy: 'ada' }, '/createdBy'],
    ] as const) {
      const { status, body } = await asha('POST', '/v1/schedules', { ...reminders, ...change })
      expect([status, body.errors[0].pointer]).toEqual([400, pointer])
    }
  })

  it('previews by the function that fires, with what the change of the clocks does', async () => {
    const { status, body } = await asha('POST', '/v1/schedules/preview', {
      expression: '30 2 * * *',
      zone: 'America/New_York',
      after: '2026-03-07T12:00:00Z',
    })
    expect([status, body.next.length]).toEqual([200, 20])
    expect(body.next[0]).toEqual({
      at: '2026-03-08T07:00:00Z',
      local: '2026-03-08T03:00:00-04:00',
      note: expect.stringContaining('skip its minute'),
    })
    const refused = await asha('POST', '/v1/schedules/preview', { expression: '0 0 1-100000000 * *' })
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/expression'])
  })

  it('previews from no moment that Date does not read', async () => {
    const after = '2026-06-30T23:59:60Z'
    const { status, body } = await asha('POST', '/v1/schedules/preview', { expression: '@daily', after })
    expect([status, body.errors[0].pointer]).toEqual([400, '/after'])
  })

  it('lists one that cannot be read with the others, says why, and lets it be removed', async () => {
    const id = await made()
    const broken = door.store.collection<ScheduleDocument>('schedules')
    await broken.updateOne({ _id: id }, { $set: { zone: 'IST' } })
    const { status, body } = await asha('GET', '/v1/schedules')
    expect(status).toBe(200)
    expect(body.items.find((one: { scheduleId: string }) => one.scheduleId === id)).toMatchObject({
      next: [],
      broken:
        'Its zone is not an IANA zone. Did you mean Asia/Kolkata? It never runs: change it, or remove it.',
    })
    expect((await asha('GET', `/v1/schedules/${id}`)).body.broken).toContain('IANA')
    expect((await asha('DELETE', `/v1/schedules/${id}`)).status).toBe(204)
  })

  it('names one that is damaged apart from the others, and lets it be removed', async () => {
    const [id, whole] = [await made(), await made()]
    const schedules = door.store.collection<ScheduleDocument>('schedules')
    for (const damage of [
      { updatedAt: 'yesterday' },
      { overlap: 'sometimes' },
      { runs: 7, name: { $x: 1 } },
    ]) {
      await schedules.updateOne({ _id: id }, { $set: damage as never })
      const { status, body } = await asha('GET', '/v1/schedules')
      expect([status, body.broken?.map((one: { id: string }) => one.id)]).toEqual([200, [id]])
      expect(body.items.map((one: { scheduleId: string }) => one.scheduleId)).toContain(whole)
    }
    expect((await asha('DELETE', `/v1/schedules/${id}`)).status).toBe(204)
    expect((await asha('GET', '/v1/schedules')).body.broken).toBeUndefined()
  })

  it('has a name of its own, also when many ask for it at the same moment', async () => {
    const { name } = anew()
    const ask = (given: string) => asha('POST', '/v1/schedules', { ...reminders, name: given })
    const answers = await Promise.all([name, ` ${name.toUpperCase()} `, name, name].map(ask))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect([refused?.body.code, refused?.body.errors[0].pointer]).toEqual(['NAME_TAKEN', '/name'])

    const other = await made()
    expect((await asha('PATCH', `/v1/schedules/${other}`, { name })).status).toBe(409)
    const first = answers.find(({ status }) => status === 201)?.body.scheduleId
    expect((await asha('PATCH', `/v1/schedules/${first}`, { name: name.toUpperCase() })).status).toBe(200)
    await asha('DELETE', `/v1/schedules/${first}`)
    expect((await asha('PATCH', `/v1/schedules/${other}`, { name })).status).toBe(200)
  })

  it('counts from now on when its time is changed, and as before when only its name is', async () => {
    const id = await made()
    const { activeFrom } = await kept(id)
    door.wait(60_000)
    await asha('PATCH', `/v1/schedules/${id}`, { name: 'A name of its own' })
    expect((await kept(id)).activeFrom).toEqual(activeFrom)

    await asha('PATCH', `/v1/schedules/${id}`, { expression: '@daily' })
    const changed = await kept(id)
    expect(changed.activeFrom > activeFrom).toBe(true)
    expect([changed.expression, changed.version]).toEqual(['0 0 * * *', 3])
  })

  it('changes nothing on the ground of what somebody else changed meanwhile', async () => {
    const id = await made()
    await asha('PATCH', `/v1/schedules/${id}`, { name: 'Another name' })
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'Too late' }],
      ['POST', '/pause', { reason: 'Too late' }],
      ['POST', '/resume', undefined],
      ['DELETE', '', undefined],
    ] as const) {
      const answer = await asha(method, `/v1/schedules/${id}${path}`, body, { 'if-match': '"1"' })
      expect([answer.status, answer.headers.etag]).toEqual([412, '"2"'])
    }
  })

  it('rests with a reason and goes on from then', async () => {
    const id = await made()
    const pausing = await asha('POST', `/v1/schedules/${id}/pause`, { reason: 'Holidays' })
    expect(pausing.body).toMatchObject({
      paused: { reason: 'Holidays', by: { id: 'asha' } },
      next: [],
      version: 2,
    })
    // Asking for what stands already changes nothing.
    await asha('POST', `/v1/schedules/${id}/pause`, { reason: 'Holidays' })
    door.wait(60_000)

    const { body } = await asha('POST', `/v1/schedules/${id}/resume`)
    expect([body.paused, body.version, body.next.length]).toEqual([undefined, 3, 3])
    const { paused, activeFrom, createdAt } = await kept(id)
    expect(paused).toBeUndefined()
    expect(activeFrom > createdAt).toBe(true)
  })

  it('says who did what to it, each field as it was and as it became, latest first', async () => {
    const id = await made()
    await asha('PATCH', `/v1/schedules/${id}`, {
      name: 'Weekly',
      zone: 'Asia/Kolkata',
      expression: '0 6 * * 1',
    })
    await asha('POST', `/v1/schedules/${id}/pause`, { reason: 'Holidays' })
    await asha('POST', `/v1/schedules/${id}/resume`)

    const { body } = await asha('GET', `/v1/schedules/${id}`)
    const [resumed, paused, changed] = body.changes
    expect([resumed, paused]).toMatchObject([
      { did: 'resumed', by: { id: 'asha' }, fields: [] },
      { did: 'paused', fields: [{ field: 'reason', from: '', to: 'Holidays' }] },
    ])
    expect(changed).toMatchObject({ did: 'changed', by: { id: 'asha', name: expect.stringMatching(/./) } })
    expect(changed.fields).toContainEqual({
      field: 'name',
      from: expect.stringContaining(reminders.name),
      to: 'Weekly',
    })
    expect(changed.fields).toContainEqual(expect.objectContaining({ field: 'expression', to: '0 6 * * 1' }))

    for (let n = 0; n < 25; n++) await asha('PATCH', `/v1/schedules/${id}`, { name: `Name ${n}` })
    const { changes } = (await asha('GET', `/v1/schedules/${id}`)).body
    expect([changes.length, changes[0].fields]).toEqual([
      20,
      [{ field: 'name', from: 'Name 23', to: 'Name 24' }],
    ])
  })

  it('runs now, once for one key, and again for another', async () => {
    const id = await made()
    const run = (key?: string) =>
      asha('POST', `/v1/schedules/${id}/run`, undefined, key ? { 'idempotency-key': key } : {})
    const [one, again, other, keyless] = [await run('k-1'), await run('k-1'), await run('k-2'), await run()]

    expect([one.status, again.body.fireId]).toEqual([202, one.body.fireId])
    const runs = (await kept(id)).runs.map(({ runId }) => runId)
    expect(runs).toEqual([one.body.fireId, other.body.fireId, keyless.body.fireId])
  })

  it('is gone once it is taken away, and its document stays for its history', async () => {
    const id = await made()
    expect((await asha('DELETE', `/v1/schedules/${id}`)).status).toBe(204)
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/fires'],
      ['DELETE', ''],
      ['POST', '/run'],
    ] as const)
      expect((await asha(method, `/v1/schedules/${id}${path}`)).status).toBe(404)
    expect((await kept(id)).removedAt).toBeInstanceOf(Date)
    const { body } = await asha('GET', '/v1/schedules')
    expect(body.items.map((one: { scheduleId: string }) => one.scheduleId)).not.toContain(id)
  })

  it('shows what it did, latest first and page by page, with the job or the mails that came of it', async () => {
    const id = await made()
    const dues = [1, 2, 3].map((day) => new Date(Date.UTC(2026, 4, day, 2)))
    await door.store.collection<FireDocument>('fires').insertMany(
      dues.map((due, index) => ({
        _id: `${id}-${index}`,
        scheduleId: id,
        purpose: 'daily-reminders' as const,
        due,
        at: due,
        by: 'clock' as const,
        outcome: index === 0 ? ('missed' as const) : ('fired' as const),
        lateMs: 0,
        ...(index === 0 ? { reason: 'too old' } : {}),
      })),
    )
    await door.store
      .collection<{ _id: string }>('jobs')
      .insertOne({ _id: 'job-1', fireId: `${id}-1` } as never)
    await door.store.collection<{ _id: string }>('deliveries').insertMany([
      { _id: 'd-1', input: { batchId: `${id}-2` }, state: 'done', outcome: { kind: 'sent' } },
      { _id: 'd-2', input: { batchId: `${id}-2` }, state: 'done', outcome: { kind: 'failed' } },
      { _id: 'd-3', input: { batchId: `${id}-2` }, state: 'waiting' },
    ] as never)

    const om = await door.as('om')
    const first = (await om('GET', `/v1/schedules/${id}/fires?limit=2`)).body
    const second = (await om('GET', `/v1/schedules/${id}/fires?limit=2&cursor=${first.next}`)).body
    expect([...first.items, ...second.items]).toMatchObject([
      { fireId: `${id}-2`, batch: { expected: 3, ended: 2, failed: 1 } },
      { fireId: `${id}-1`, jobId: 'job-1' },
      { fireId: `${id}-0`, outcome: 'missed', reason: 'too old' },
    ])
    expect(second.next).toBeUndefined()
    expect((await om('GET', `/v1/schedules/${id}`)).body.last).toMatchObject({ outcome: 'fired' })
  })

  it('is kept by admins and looked at by operations, and is nobody else’s business', async () => {
    const id = await made()
    const om = await door.as('om')
    expect((await om('GET', '/v1/schedules')).status).toBe(200)
    expect((await om('POST', '/v1/schedules/preview', { expression: '@daily' })).status).toBe(200)
    for (const who of [om, await door.as('rao'), await door.as('ada'), await door.as('links')]) {
      expect((await who('POST', '/v1/schedules', reminders)).status).toBe(403)
      expect((await who('PATCH', `/v1/schedules/${id}`, { name: 'Mine' })).status).toBe(403)
      expect((await who('POST', `/v1/schedules/${id}/run`)).status).toBe(403)
      expect((await who('DELETE', `/v1/schedules/${id}`)).status).toBe(403)
    }
    for (const who of ['rao', 'ada', 'links'])
      expect((await (await door.as(who))('GET', `/v1/schedules/${id}/fires`)).status).toBe(403)
  })

  const made = async (change: object = {}) =>
    (await asha('POST', '/v1/schedules', { ...anew(), ...change })).body.scheduleId as string

  async function kept(id: string): Promise<ScheduleDocument> {
    const found = await door.store.collection<ScheduleDocument>('schedules').findOne({ _id: id })
    if (!found) throw new Error(`no schedule ${id}`)
    return found
  }

  async function saidOf(id: string) {
    const found = await door.store.collection<ScheduleDocument & WithOutbox>('schedules').findOne({ _id: id })
    return found?.outbox.map(({ event: { type, data } }) => ({ type, data }))
  }
})

const reminders = { name: 'Visit reminders', purpose: 'daily-reminders', expression: '30 7 * * *' }
const news = {
  name: 'News',
  template: 'announcement',
  purpose: 'marketing',
  audience: { kind: 'people', role: 'patient', departmentId: 'heart' },
  texts: { en: { subject: 'News', body: 'We open at eight.' } },
}
const saying = (en: object) => ({ ...news, texts: { en: { ...news.texts.en, ...en } } })
let names = 0
/** Under a name that nobody has. */
const anew = () => ({ ...reminders, name: `Visit reminders ${names++}` })
