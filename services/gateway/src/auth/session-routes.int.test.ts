import { testServers } from '@rounds/local-servers'
import { signInToken } from '@rounds/mail'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createTestServer, linkSecret, password } from '../../test/open-door.ts'
import { mongoLoginThrottle } from './mongo-login-throttle.ts'
import { rememberedMs } from './principal-cache.ts'

type Door = Awaited<ReturnType<typeof createTestServer>>

describe('signing in', () => {
  let door: Door
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
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
    expect(headers['clear-site-data']).toContain('"storage"')
    expect(String(headers['set-cookie'])).toMatch(/__Host-rounds=;.*Expires=Thu, 01 Jan 1970/)
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

    const serious = await createTestServer(testServers().freshDatabase(), { DEMO: false })
    expect((await serious.anyone('POST', '/v1/session/demo', { role: 'doctor' })).status).toBe(404)
    expect((await serious.anyone('GET', '/v1/welcome')).body).toMatchObject({ demo: false })
    await serious.close()
  })
})

describe('a session', () => {
  let door: Door
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
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
    door = await createTestServer(testServers().freshDatabase(), { trustedProxies: ['127.0.0.1'] })
    // The clock of the limiter's library, which takes none.
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterAll(async () => {
    vi.useRealTimers()
    await door.close()
  })
  const wait = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000)

  const guess = (login = 'asha@example.test', secret = 'wrong', headers = {}) =>
    door.anyone('POST', '/v1/session', { login, password: secret }, headers)
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const statusOf = ({ status }: { readonly status: number }) => status

  it('takes longer and longer, for the right one too, until it succeeds', async () => {
    for (let tries = 0; tries < 6; tries++) expect(statusOf(await guess())).toBe(401)
    const blocked = await guess('asha@example.test', password)
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '1'])

    wait(1)
    expect(statusOf(await guess())).toBe(401)
    const next = await guess()
    expect([next.status, next.headers['retry-after']]).toEqual([429, '2'])

    wait(2)
    expect(statusOf(await guess('asha@example.test', password))).toBe(200)
    expect(statusOf(await guess())).toBe(401)
  })

  it('counts tries that come at once, since a machine would not wait for the answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => guess('nils@example.test')))
    expect(answers.map(statusOf).filter((status) => status === 401)).toHaveLength(6)
  })

  it('slows down the account at that address, and neither the account elsewhere nor others there', async () => {
    const ward = from('198.51.100.7')
    for (let tries = 0; tries < 9; tries++) await guess('ada@example.test', 'wrong', ward)
    expect(statusOf(await guess('ada@example.test', password, ward))).toBe(429)
    expect(statusOf(await guess('bina@example.test', password, ward))).toBe(200)
    expect(statusOf(await guess('ada@example.test', password, from('203.0.113.9')))).toBe(200)
  })

  it('never closes an address: sixty wrong names later a colleague signs in there', async () => {
    const hospital = from('198.51.100.1')
    const names = Array.from({ length: 60 }, (_, name) =>
      guess(`name-${name}@example.test`, 'wrong', hospital),
    )
    expect((await Promise.all(names)).map(statusOf)).not.toContain(429)

    const before = performance.now()
    expect(statusOf(await guess('khan@example.test', password, hospital))).toBe(200)
    // Slowed, and by a bound.
    expect(performance.now() - before).toBeGreaterThan(900)
    expect(door.alarms).toContainEqual({ of: 'address', tries: 50 })
    expect(await door.audited()).toContain('anonymous sign-in.address-guessed address')
  })

  it('leaves a browser that signed in before its own tries, whatever others do to the account', async () => {
    const signedIn = await guess('rao@example.test', password, from('203.0.113.20'))
    const known = {
      cookie: cookieOf(signedIn.headers, '__Host-rounds-device').cookie,
      ...from('203.0.113.20'),
    }
    for (let tries = 0; tries < 8; tries++) await guess('rao@example.test', 'wrong', from('203.0.113.20'))
    expect(statusOf(await guess('rao@example.test', password, from('203.0.113.20')))).toBe(429)

    for (let tries = 0; tries < 6; tries++)
      expect(statusOf(await guess('rao@example.test', 'wrong', known))).toBe(401)
    expect(statusOf(await guess('rao@example.test', password, known))).toBe(429)
    wait(1)
    expect(statusOf(await guess('rao@example.test', password, known))).toBe(200)
  })

  it('from unknown browsers a hundred times leaves an account to known browsers and mailed links', async () => {
    const signedIn = await guess('links@example.test', password, from('203.0.113.30'))
    const known = cookieOf(signedIn.headers, '__Host-rounds-device')
    for (const [name, login] of [
      ['somebody', 'links@example.test'],
      ['nobody', 'nobody@example.test'],
    ] as const) {
      // From everywhere: no address is slowed by it.
      const addresses = Array.from({ length: 99 }, (_, tries) => `2001:db8:0:${tries.toString(16)}::1`)
      const throttle = mongoLoginThrottle(door.store)
      await Promise.all(addresses.map((address) => throttle.admit({ login, address })))
      expect([name, statusOf(await guess(login, 'wrong', from('203.0.113.98')))]).toEqual([name, 401])
      // Alike for a right password, a wrong one, and a name that does not exist.
      const refused = await guess(login, password, from('203.0.113.99'))
      expect([name, refused.status, refused.body.code]).toEqual([name, 403, 'SIGN_IN_LINK_NEEDED'])
    }
    expect(statusOf(await guess('links@example.test', password, known))).toBe(200)
    expect(door.alarms).toContainEqual({ of: 'account', tries: 100 })
    expect(await door.audited()).toContain('anonymous sign-in.account-guessed links')
  })

  it('is answered by a mailed link that works once, and opens the account to passwords again', async () => {
    const login = 'asha@example.test'
    const throttle = mongoLoginThrottle(door.store)
    const ask = (name: string) => door.anyone('POST', '/v1/session/link', { login: name })
    const mails = () => door.store.collection<{ _id: string; recipientId: string }>('mails').find().toArray()

    // Not while passwords are taken; and nobody is told which of these it was.
    const [before, unknown] = [await ask(login), await ask('nobody@example.test')]
    for (let tries = 0; tries < 101; tries++)
      await throttle.admit({ login, address: `2001:db8:1:${tries.toString(16)}::1` })
    const after = await ask(login)
    expect([before.status, unknown.status, after.status]).toEqual([202, 202, 202])
    expect([unknown.body, after.body]).toEqual([before.body, before.body])
    await vi.waitFor(async () => expect(await mails()).toMatchObject([{ recipientId: 'asha' }]))

    const [mail] = await mails()
    const token = signInToken(mail?._id ?? '', linkSecret)
    expect(JSON.stringify(await door.store.collection('signInLinks').find().toArray())).not.toContain(token)
    const use = () => door.anyone('POST', '/v1/session/by-link', { token })
    const answers = await Promise.all([use(), use()])
    expect(answers.map(statusOf).toSorted()).toEqual([200, 401])
    expect(statusOf(await guess(login, password, from('203.0.113.77')))).toBe(200)

    // Three an hour, however often they are asked for.
    await Promise.all(Array.from({ length: 5 }, () => ask(login)))
    expect(await throttle.mayMailLink(login)).toBe(false)
  })

  it('leaves neither names nor addresses behind, since people type passwords into the wrong field', async () => {
    await guess('my-secret-password', 'wrong', from('198.51.100.55'))
    const kept = JSON.stringify(await door.store.collection('signInFailures').find().toArray())
    expect(kept).not.toContain('my-secret-password')
    expect(kept).not.toContain('198.51.100.55')
  })
})

function cookieOf(headers: Record<string, unknown>, name = '__Host-rounds') {
  const cookies = [headers['set-cookie']].flat().map((one) => String(one).split(';')[0] ?? '')
  return { cookie: cookies.find((one) => one.startsWith(`${name}=`)) ?? '' }
}
