import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDoor, password } from '../../test/open-door.ts'
import { mongoGuesses } from '../mongo-guesses.ts'
import { rememberedMs } from '../principal-memory.ts'

type Door = Awaited<ReturnType<typeof openDoor>>

describe('signing in', () => {
  let door: Door
  beforeAll(async () => {
    door = await openDoor(testServers().freshDatabase())
  })
  afterAll(() => door.close())

  const signIn = (login: string, secret: string, headers = {}) =>
    door.anyone('POST', '/v1/session', { login, password: secret }, headers)

  it('opens a session that a cookie of this host alone carries', async () => {
    const { status, body, headers } = await signIn('Asha@Example.test', password)

    expect(status).toBe(200)
    expect(body).toMatchObject({ personId: 'asha', role: 'admin' })
    for (const word of ['__Host-rounds=', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) {
      expect(String(headers['set-cookie'])).toContain(word)
    }
    expect((await door.anyone('GET', '/v1/session', undefined, cookieOf(headers))).body).toEqual(body)
  })

  it('gives another session each time, and ends the one the browser held', async () => {
    const first = cookieOf((await signIn('om@example.test', password)).headers)
    const second = cookieOf((await signIn('om@example.test', password, first)).headers)

    expect(second.cookie).not.toBe(first.cookie)
    expect((await door.anyone('GET', '/v1/session', undefined, first)).status).toBe(401)
    expect((await door.anyone('GET', '/v1/session', undefined, second)).status).toBe(200)
  })

  it('keeps no secret that could be used', async () => {
    const { headers } = await signIn('asha@example.test', password)
    const secret = cookieOf(headers).cookie.split('=')[1] ?? ''
    const kept = JSON.stringify(await door.store.collection('sessions').find().toArray())
    expect(kept).not.toContain(secret)
  })

  it('answers alike to a wrong password and an unknown name, and writes both down', async () => {
    const wrong = await signIn('asha@example.test', 'wrong')
    const unknown = await signIn('nobody@example.test', 'wrong')

    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect({ ...wrong.body, traceId: '' }).toEqual({ ...unknown.body, traceId: '' })
    const audited = await door.audited()
    expect(audited).toContain('anonymous session.refused asha')
    expect(audited).toContain('anonymous session.refused unknown')
  })

  it('is over at the server after signing out, and tells the browser to forget', async () => {
    const cookie = cookieOf((await signIn('asha@example.test', password)).headers)
    const { status, headers } = await door.anyone('DELETE', '/v1/session', undefined, cookie)

    expect(status).toBe(204)
    expect(headers['clear-site-data']).toContain('"cookies"')
    expect((await door.anyone('GET', '/v1/session', undefined, cookie)).status).toBe(401)
    expect(await door.audited()).toEqual(
      expect.arrayContaining(['asha session.started asha', 'asha session.ended asha']),
    )
  })

  it('lets no page of another site sign somebody in', async () => {
    expect((await signIn('asha@example.test', password, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('ends at once with the person, and a second later with an account that this process did not close', async () => {
    const bina = await door.as('bina')
    const asha = await door.as('asha')
    expect((await bina('GET', '/v1/session')).status).toBe(200)
    expect((await asha('PATCH', '/v1/patients/bina', { active: false })).status).toBe(200)
    expect((await bina('GET', '/v1/session')).status).toBe(401)

    const links = await door.as('links')
    expect((await links('GET', '/v1/session')).status).toBe(200)
    await door.store.collection('accounts').updateOne({ personId: 'links' }, { $set: { active: false } })
    door.wait(rememberedMs)
    expect((await links('GET', '/v1/session')).status).toBe(401)
  })

  it('shows only to a demonstration how to come in by role', async () => {
    const { status, body } = await door.anyone('POST', '/v1/session/demo', { role: 'doctor' })
    expect([status, body.role]).toEqual([200, 'doctor'])

    const serious = await openDoor(testServers().freshDatabase(), { demo: false })
    expect((await serious.anyone('POST', '/v1/session/demo', { role: 'doctor' })).status).toBe(404)
    expect((await serious.anyone('GET', '/v1/welcome')).body).toMatchObject({ demo: false })
    await serious.close()
  })
})

describe('a session', () => {
  let door: Door
  beforeAll(async () => {
    door = await openDoor(testServers().freshDatabase())
  })
  afterAll(() => door.close())
  const minutes = 60_000

  const active = '/v1/session/activity'

  it('ends half an hour after its person was last active', async () => {
    const asha = await door.as('asha')
    for (let round = 0; round < 3; round++) {
      door.wait(29 * minutes)
      expect((await asha('POST', active)).status).toBe(200)
    }
    door.wait(31 * minutes)
    expect((await asha('GET', '/v1/session')).status).toBe(401)
  })

  it('is not prolonged by a page that looks by itself, whatever it looks at', async () => {
    const asha = await door.as('asha')
    for (let round = 0; round < 5; round++) {
      expect((await asha('GET', '/v1/jobs')).status).toBe(200)
      expect((await asha('GET', '/v1/session')).status).toBe(200)
      const inBackground = { 'rounds-activity': 'background' }
      const preview = await asha('POST', '/v1/schedules/preview', {}, inBackground)
      expect(preview.status).toBe(400)
      door.wait(6 * minutes)
    }
    expect((await asha('GET', '/v1/session')).status).toBe(401)
  })

  it('is prolonged by a change, also right after a look', async () => {
    const asha = await door.as('asha')
    door.wait(29 * minutes)
    expect((await asha('GET', '/v1/session')).status).toBe(200)
    expect((await asha('PUT', '/v1/consents/asha', {})).status).toBe(400)
    door.wait(29 * minutes)
    expect((await asha('GET', '/v1/session')).status).toBe(200)
  })

  it('tells how long it stands, without prolonging it', async () => {
    const asha = await door.as('asha')
    door.wait(10 * minutes)
    const { endsInSeconds } = (await asha('GET', '/v1/session')).body
    expect(endsInSeconds).toBeGreaterThan(19 * 60)
    expect(endsInSeconds).toBeLessThanOrEqual(20 * 60)
    expect((await asha('POST', active)).body.endsInSeconds).toBeGreaterThan(29 * 60)
  })

  it('ends after twelve hours, however busy', async () => {
    const asha = await door.as('asha')
    for (let round = 0; round < 35; round++) {
      door.wait(20 * minutes)
      expect((await asha('POST', active)).status).toBe(200)
    }
    door.wait(21 * minutes)
    expect((await asha('GET', '/v1/session')).status).toBe(401)
  })
})

describe('guessing a password', () => {
  let door: Door
  beforeAll(async () => {
    door = await openDoor(testServers().freshDatabase())
  })
  afterAll(() => door.close())

  const guess = (login = 'asha@example.test', secret = 'wrong') =>
    door.anyone('POST', '/v1/session', { login, password: secret })

  it('takes longer and longer, for the right one too, until it succeeds', async () => {
    // More at once than are free, since a machine would not wait for the answer.
    const answers = await Promise.all(Array.from({ length: 12 }, () => guess()))
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(5)

    const blocked = await guess('asha@example.test', password)
    expect(blocked.status).toBe(429)
    const wait = Number(blocked.headers['retry-after'])
    expect(wait).toBeGreaterThan(0)

    door.wait(wait * 1_000)
    expect((await guess()).status).toBe(401)
    const next = await guess()
    expect(next.status).toBe(429)
    expect(Number(next.headers['retry-after'])).toBeGreaterThan(wait)

    door.wait(Number(next.headers['retry-after']) * 1_000)
    expect((await guess('asha@example.test', password)).status).toBe(200)
    expect((await guess()).status).toBe(401)
  })

  it('does not block others', async () => {
    for (let round = 0; round < 8; round++) await guess('ada@example.test')
    expect((await guess('ada@example.test')).status).toBe(429)
    expect((await guess('bina@example.test', password)).status).toBe(200)
  })

  it('from one address is slowed down whatever the names', async () => {
    let last = 0
    for (let round = 0; round < 60 && last !== 429; round++)
      last = (await guess(`name-${round}@example.test`)).status
    expect(last).toBe(429)
  })

  it('is not what a whole ward does that signs in from one address', async () => {
    const ward = await openDoor(testServers().freshDatabase())
    const { count, forgive } = mongoGuesses(ward.store, ward.now)
    for (let round = 0; round < 60; round++) {
      expect(await count(`nurse-${round}@example.test`, '10.0.0.1')).toBe(0)
      await forgive(`nurse-${round}@example.test`, '10.0.0.1')
    }
    await ward.close()
  })

  it('is not what somebody does whose request was overtaken by another, or came by a slower clock', async () => {
    const now = new Date()
    const ahead = mongoGuesses(door.store, () => new Date(now.getTime() + 200))
    const behind = mongoGuesses(door.store, () => now)
    expect(await ahead.count('first@example.test', '10.0.0.2')).toBe(0)
    expect(await behind.count('second@example.test', '10.0.0.2')).toBe(0)
  })

  it('leaves no name behind, since people type passwords into the wrong field', async () => {
    await guess('my-secret-password')
    const kept = JSON.stringify(await door.store.collection('signInFailures').find().toArray())
    expect(kept).not.toContain('my-secret-password')
  })
})

const cookieOf = (headers: Record<string, unknown>) => ({
  cookie: String(headers['set-cookie']).split(';')[0] ?? '',
})
