import { trialKeyOf, webhookKeyring } from '@rounds/chat'
import type { SpaceDocument, SpaceStateDocument } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import type { WithOutbox } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aPost, chatKeys, createTestServer } from '../../test/open-door.ts'

const secret = 'very-secret-token'
const webhook = `https://chat.googleapis.com/v1/spaces/AAAA1/messages?key=the-key&token=${secret}`
const heart = { news: ['appointment.checked'], departmentId: 'heart' }
const wished = { webhook, name: 'Cardiology', rules: [heart] }
let names = 0
/** Under a name that nobody has. */
const anew = () => ({ ...wished, name: `Cardiology ${names++}` })

describe('keeping chat spaces', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
  })
  afterAll(() => door.close())

  it('adds one with what is usual, sealed, and tells it with the same write', async () => {
    const { status, body, headers } = await asha('POST', '/v1/chat/spaces', wished)
    expect([status, headers.location, headers.etag]).toEqual([201, `/v1/chat/spaces/${body.spaceId}`, '"1"'])
    expect(body).toMatchObject({
      name: 'Cardiology',
      googleSpace: 'AAAA1',
      language: 'en',
      patientShownAs: 'initials',
      relevantMinutes: 30,
      state: 'active',
      waiting: 0,
      createdBy: { id: 'asha' },
    })
    const document = await kept(body.spaceId)
    expect(document.webhook && webhookKeyring(chatKeys).open(body.spaceId, document.webhook)).toBe(webhook)
    expect(document.outbox.map(({ event: { type, data } }) => ({ type, data }))).toEqual([
      { type: 'space.changed', data: { spaceId: body.spaceId, version: 1 } },
    ])
    expect(await door.audited()).toContain(`asha space.added ${body.spaceId}`)
  })

  it('makes one of a wish that comes twice', async () => {
    const twice = anew()
    const ask = () => asha('POST', '/v1/chat/spaces', twice, { 'idempotency-key': 'one-click' })
    const [one, again] = await Promise.all([ask(), ask()])
    expect([one.status, again.status, again.body.spaceId]).toEqual([201, 201, one.body.spaceId])
  })

  it.each([
    ['what is no address', 'nonsense', /no web address/],
    ['another host', 'https://chat.example.test/v1/spaces/A/messages?key=k&token=t', /chat\.googleapis\.com/],
    ['this machine', 'http://127.0.0.1:8080/v1/spaces/A/messages?key=k&token=t', /chat\.googleapis\.com/],
    [
      'a cloud’s metadata',
      'http://169.254.169.254/v1/spaces/A/messages?key=k&token=t',
      /chat\.googleapis\.com/,
    ],
    [
      'a mapped address',
      'https://[::ffff:10.0.0.1]/v1/spaces/A/messages?key=k&token=t',
      /chat\.googleapis\.com/,
    ],
    [
      'a name before an @',
      'https://chat.googleapis.com@evil.example.test/v1/spaces/A/messages?key=k&token=t',
      /./,
    ],
    ['plain HTTP', 'http://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t', /https/],
    ['another path', 'https://chat.googleapis.com/v1/media/A?key=k&token=t', /not the address of a space/],
    ['a link out of a page’s source', `${webhook.replace('&', '&amp;')}`, /"&amp;" where/],
    ['what cannot be seen behind it', `${webhook}\u200b`, /U\+200B \(zero width space\)/],
    ['no token', 'https://chat.googleapis.com/v1/spaces/A/messages?key=k', /no token/],
    ['no key', `https://chat.googleapis.com/v1/spaces/A/messages?token=${secret}`, /no key/],
    ['more than a webhook has', `${webhook}&threadKey=x`, /more in it/],
  ])('refuses %s for a webhook, says why at the field, and does not repeat it', async (_, entered, why) => {
    const { status, body } = await asha('POST', '/v1/chat/spaces', { ...wished, webhook: entered })
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'SPACE_REFUSED', '/webhook'])
    expect(body.errors[0].detail).toMatch(why)
    expect(JSON.stringify(body)).not.toContain(secret)
  })

  it('has a name of its own, also when many ask for it at the same moment', async () => {
    const wish = anew()
    const answers = await Promise.all([1, 2, 3].map(() => asha('POST', '/v1/chat/spaces', wish)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
    const first = answers.find(({ status }) => status === 201)?.body.spaceId
    const other = await made()
    const rename = () => asha('PATCH', `/v1/chat/spaces/${other}`, { name: wish.name })
    expect((await rename()).body.code).toBe('NAME_TAKEN')
    await asha('DELETE', `/v1/chat/spaces/${first}`)
    expect((await rename()).status).toBe(200)
  })

  it('says until when it rests and why, unless somebody let it go on since', async () => {
    const id = await made()
    const until = new Date(door.now().getTime() + 3_600_000)
    await door.store.collection<SpaceStateDocument>('spaceStates').insertOne({
      _id: id,
      leaseUntil: until,
      fence: 1,
      nextAt: until,
      failures: 1,
      pause: { until, reason: 'slow down', spaceVersion: 1 },
    })
    const read = async () => (await asha('GET', `/v1/chat/spaces/${id}`)).body
    expect(await read()).toMatchObject({
      state: 'paused',
      paused: { until: until.toISOString(), reason: 'slow down' },
    })
    expect((await asha('POST', `/v1/chat/spaces/${id}/resume`, { replay: false })).body.state).toBe('active')
    expect((await read()).paused).toBeUndefined()
  })

  it('takes the sink’s address where there is one', async () => {
    const sink = 'http://127.0.0.1:8090/v1/spaces/demo/messages?key=k&token=t'
    expect((await asha('POST', '/v1/chat/spaces', { ...anew(), webhook: sink })).status).toBe(201)
  })

  it.each([
    ['a department', { departmentId: 'nowhere' }, '/rules/1/departmentId'],
    ['a doctor who is a patient', { doctorId: 'ada' }, '/rules/1/doctorId'],
    ['a patient', { patientId: 'nobody' }, '/rules/1/patientId'],
  ])('refuses rules about %s that the hospital does not know', async (_, rule, pointer) => {
    const rules = [heart, { news: ['appointment.booked'], ...rule }]
    const { status, body } = await asha('POST', '/v1/chat/spaces', { ...wished, rules })
    expect([status, body.errors[0].pointer]).toEqual([422, pointer])
  })

  it('gives the webhook to nobody, in no answer and no entry', async () => {
    const id = await made()
    const told = [
      await asha('GET', `/v1/chat/spaces/${id}`),
      await asha('GET', '/v1/chat/spaces'),
      await asha('PATCH', `/v1/chat/spaces/${id}`, { webhook: webhook.replace('AAAA1', 'BBBB2') }),
      await asha('POST', `/v1/chat/spaces/${id}/test`),
      await asha('POST', `/v1/chat/spaces/${id}/resume`, { replay: true }),
      await asha('PATCH', `/v1/chat/spaces/${id}`, { webhook: `${webhook}&x=${secret}` }),
      await asha('POST', '/v1/chat/spaces', { ...wished, [secret]: 1 }),
      await asha('GET', '/v1/audit'),
      (await kept(id)).outbox,
      await door.audited(),
    ]
    const sealed = (await kept(id)).webhook?.sealed
    expect(sealed).toEqual(expect.any(String))
    for (const one of told.slice(0, 6)) expect(JSON.stringify(one)).not.toContain(secret)
    for (const one of told) expect(JSON.stringify(one)).not.toMatch(/token=|the-key/)
    expect(JSON.stringify(told)).not.toContain(sealed)
    // At rest, too.
    expect(JSON.stringify(await door.store.collection('spaces').find().toArray())).not.toContain(secret)
  })

  it('changes nothing on the ground of what somebody else changed meanwhile', async () => {
    const id = await made()
    await asha('PATCH', `/v1/chat/spaces/${id}`, { name: 'Another name' })
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'Too late' }],
      ['POST', '/resume', { replay: false }],
      ['DELETE', '', undefined],
    ] as const) {
      const answer = await asha(method, `/v1/chat/spaces/${id}${path}`, body, { 'if-match': '"1"' })
      expect([answer.status, answer.headers.etag]).toEqual([412, '"2"'])
    }
    expect((await kept(id)).name).toBe('Another name')
  })

  it('is gone once it is removed, its webhook too, and its document stays for its posts', async () => {
    const id = await made()
    expect((await asha('DELETE', `/v1/chat/spaces/${id}`)).status).toBe(204)
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '/test', undefined],
      ['POST', '/resume', { replay: false }],
      ['PATCH', '', { name: 'x' }],
    ] as const)
      expect((await asha(method, `/v1/chat/spaces/${id}${path}`, body)).status).toBe(404)
    const left = await kept(id)
    expect(left).toMatchObject({ active: false, removedAt: expect.any(Date) })
    expect(left).not.toHaveProperty('webhook')
  })

  it('is tried once for one key, and the answer names the post to look for', async () => {
    const id = await made()
    const once = () => asha('POST', `/v1/chat/spaces/${id}/test`, undefined, { 'idempotency-key': 'try-1' })
    const [one, again] = [await once(), await once()]
    expect([one.status, again.body.postId]).toEqual([202, one.body.postId])
    const trials = (await kept(id)).outbox.filter(({ event }) => event.type === 'space.tried')
    const data = trials[0]?.event.data as { trialId: string; triedBy: string }
    expect([data.triedBy, trialKeyOf(id, data.trialId)]).toEqual(['asha', one.body.postId])
  })

  describe('that Google Chat refuses', () => {
    const stopped = async () => {
      const id = await made()
      await door.store.collection<SpaceStateDocument>('spaceStates').insertOne({
        _id: id,
        leaseUntil: door.now(),
        fence: 1,
        nextAt: door.now(),
        stopped: refusal(1),
      })
      await door.withPost(aPost({ state: 'waiting', input: { spaceId: id } }))
      await door.withPost(aPost({ state: 'waiting', input: { spaceId: id } }))
      return id
    }

    it('says why, and what it keeps', async () => {
      const { body } = await asha('GET', `/v1/chat/spaces/${await stopped()}`)
      expect(body).toMatchObject({
        state: 'stopped',
        stopped: { httpStatus: 404, code: 'NOT_FOUND', reason: 'The webhook was deleted' },
        waiting: 0,
        kept: 2,
      })
    })

    it('is counted for whoever keeps spaces, until it goes on or is removed', async () => {
      const om = await door.as('om')
      const count = async () => (await om('GET', '/v1/chat/counts')).body.stopped as number
      const before = await count()
      const [one, other] = [await stopped(), await stopped()]
      expect(await count()).toBe(before + 2)
      await asha('POST', `/v1/chat/spaces/${one}/resume`, { replay: true })
      await asha('DELETE', `/v1/chat/spaces/${other}`)
      expect(await count()).toBe(before)
      expect((await (await door.as('rao'))('GET', '/v1/chat/counts')).status).toBe(403)
    })

    it('stays so whatever else is edited', async () => {
      const id = await stopped()
      const { body } = await asha('PATCH', `/v1/chat/spaces/${id}`, { name: 'One more name' })
      expect(body.state).toBe('stopped')
    })

    it('goes on with another webhook, though the old one’s refusal is heard of later', async () => {
      const id = await made()
      await asha('PATCH', `/v1/chat/spaces/${id}`, { webhook: webhook.replace('AAAA1', 'CCCC3') })
      door.wait(15_000)
      await door.store.collection<SpaceStateDocument>('spaceStates').insertOne({
        _id: id,
        leaseUntil: door.now(),
        fence: 1,
        nextAt: door.now(),
        stopped: refusal(1),
      })
      expect((await asha('GET', `/v1/chat/spaces/${id}`)).body.state).toBe('active')
    })

    it('is not tried before it goes on', async () => {
      const { status, body } = await asha('POST', `/v1/chat/spaces/${await stopped()}/test`)
      expect([status, body.code]).toEqual([409, 'SPACE_STOPPED'])
    })

    it.each([true, false])('goes on when somebody says so, with replay %s', async (replay) => {
      const id = await stopped()
      const { body } = await asha('POST', `/v1/chat/spaces/${id}/resume`, { replay })
      expect([body.state, body.stopped, body.waiting, body.kept]).toEqual(['active', undefined, 2, 0])
      expect(await kept(id)).toMatchObject({ replaysKept: replay, resumedAtVersion: 2, version: 2 })
    })

    it('goes on with another webhook, and with what was kept', async () => {
      const id = await stopped()
      const { body } = await asha('PATCH', `/v1/chat/spaces/${id}`, {
        webhook: webhook.replace('AAAA1', 'CCCC3'),
      })
      expect([body.state, body.googleSpace]).toEqual(['active', 'CCCC3'])
      expect((await kept(id)).replaysKept).toBe(true)
    })
  })

  it('counts what waits, what is in doubt and what the last hour brought', async () => {
    const id = await made()
    const input = { spaceId: id }
    for (const post of [
      aPost({ state: 'waiting', input }),
      aPost({ state: 'sending', input }),
      aPost({ state: 'in doubt', input }),
      aPost({ input, ...justNow() }),
      aPost({ input, acceptedAt: door.now(), settledAt: new Date(door.now().getTime() - 2 * 3_600_000) }),
      aPost({ input, ...justNow(), outcome: { kind: 'stale' } }),
      aPost({ input, state: 'failed', ...justNow(), outcome: { kind: 'failed' } }),
    ])
      await door.withPost(post)
    const { body } = await asha('GET', `/v1/chat/spaces/${id}`)
    expect([body.waiting, body.inDoubt, body.lastHour]).toEqual([2, 1, { posted: 1, stale: 1, failed: 1 }])
  })

  it('shows a card before anybody gets one, in both languages', async () => {
    for (const language of ['en', 'hi']) {
      const { status, body } = await asha('POST', '/v1/chat/preview', {
        news: 'appointment.checked',
        language,
        patientShownAs: 'initials',
      })
      expect([status, body.message.cardsV2.length]).toEqual([200, 1])
      expect(body.bytes).toBe(Buffer.byteLength(JSON.stringify(body.message)))
      expect(body.text).not.toContain('Example Patient')
    }
  })

  it('is kept by admins and looked at by operations, and is nobody else’s business', async () => {
    const id = await made()
    const om = await door.as('om')
    expect((await om('GET', '/v1/chat/spaces')).status).toBe(200)
    for (const who of [om, await door.as('rao'), await door.as('ada'), await door.as('links')]) {
      expect((await who('POST', '/v1/chat/spaces', wished)).status).toBe(403)
      expect((await who('DELETE', `/v1/chat/spaces/${id}`)).status).toBe(403)
      expect((await who('POST', `/v1/chat/spaces/${id}/test`)).status).toBe(403)
    }
    for (const who of ['rao', 'ada', 'links'])
      expect((await (await door.as(who))('GET', `/v1/chat/spaces/${id}`)).status).toBe(403)
  })

  /** What the notifier keeps once this version of a space was refused. */
  const refusal = (spaceVersion: number) => ({
    at: door.now(),
    spaceVersion,
    httpStatus: 404,
    code: 'NOT_FOUND',
    reason: 'The webhook was deleted',
  })

  const justNow = () => ({ acceptedAt: door.now(), settledAt: door.now() })

  const made = async () => (await asha('POST', '/v1/chat/spaces', anew())).body.spaceId as string

  async function kept(id: string): Promise<SpaceDocument & WithOutbox> {
    const found = await door.store.collection<SpaceDocument & WithOutbox>('spaces').findOne({ _id: id })
    if (!found) throw new Error(`no space ${id}`)
    return found
  }
})
