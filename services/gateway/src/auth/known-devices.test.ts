import { describe, expect, it } from 'vitest'
import { knownDevices } from './known-devices.ts'

const devices = knownDevices('a secret')
const ada = 'ada@example.test'

describe('a browser that signed in before', () => {
  it('is known to the account that signed in, and to no other', () => {
    const cookie = devices.after(undefined, ada)
    expect(devices.deviceId(cookie, ada)).toMatch(/^[\w-]{22}$/)
    expect(devices.deviceId(cookie, 'bina@example.test')).toBeUndefined()
  })

  it('is the same one each time, and another one than any other browser', () => {
    const cookie = devices.after(undefined, ada)
    expect(devices.after(cookie, ada)).toBe(cookie)
    expect(devices.deviceId(devices.after(undefined, ada), ada)).not.toBe(devices.deviceId(cookie, ada))
  })

  it('may be shared by a ward, up to ten accounts, the last of them first', () => {
    let cookie: string | undefined
    for (let nurse = 1; nurse <= 11; nurse++) cookie = devices.after(cookie, `nurse-${nurse}`)
    expect(devices.deviceId(cookie, 'nurse-1')).toBeUndefined()
    expect(devices.deviceId(cookie, 'nurse-2')).toBeDefined()
    expect(devices.deviceId(cookie, 'nurse-11')).toBeDefined()
  })

  it.each([
    ['signed by somebody else', (_cookie: string) => knownDevices('another').after(undefined, ada)],
    ['whose identifier was changed', (cookie: string) => `${'x'.repeat(22)}.${cookie.split('.')[1]}`],
    ['cut off', (cookie: string) => cookie.slice(0, -1)],
    ['without end', () => 'x'.repeat(100_000)],
    ['empty', () => ''],
  ])('is not one with a cookie %s', (_case, forge) => {
    expect(devices.deviceId(forge(devices.after(undefined, ada)), ada)).toBeUndefined()
  })
})
