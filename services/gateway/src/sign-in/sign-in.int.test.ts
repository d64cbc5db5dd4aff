import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDoor, password } from '../../test/open-door.ts'

describe('signing in', () => {
  let door: Awaited<ReturnType<typeof openDoor>>
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
    const cookie = String(headers['set-cookie'])
    for (const word of ['__Host-rounds=', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
      expect(cookie).toContain(word)
    const again = await door.anyone('GET', '/v1/session', undefined, { cookie: cookie.split(';')[0] ?? '' })
    expect(again.body).toEqual(body)
  })
})
