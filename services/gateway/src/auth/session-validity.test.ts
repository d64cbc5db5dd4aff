import { describe, expect, it } from 'vitest'
import type { Principal } from '../http/principal.ts'
import { isSessionValid } from './session-validity.ts'

describe('whether a stream may go on', () => {
  it.each([
    ['while session, person and role stand', {}, true],
    ['not after signing out', { sessionStands: async () => false }, false],
    ['not once the account was switched off', { personById: async () => undefined }, false],
    ['not in another role', { personById: async () => ({ role: 'patient' as const }) }, false],
  ])('%s', async (_, change, may) => {
    expect(await isSessionValid({ ...standing, ...change })(doctor)).toBe(may)
  })

  it('asks for the token where it was opened by one', async () => {
    const byToken: Principal = { ...doctor, via: { kind: 'token', tokenId: 'token-1', scopes: [] } }

    expect(await isSessionValid({ ...standing, tokenStands: async () => false })(byToken)).toBe(false)
  })
})

const standing = {
  sessionStands: async () => true,
  tokenStands: async () => true,
  personById: async () => ({ role: 'doctor' as const }),
}
const doctor: Principal = {
  personId: 'doctor-1',
  role: 'doctor',
  language: 'en',
  name: 'Dr. Rao',
  via: { kind: 'session', sessionId: 'hash' },
}
