import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export const deviceCookie = '__Host-rounds-device'
export const deviceCookieSeconds = 180 * 24 * 3_600

/** People who share a browser; the one who has not signed in for longest is forgotten. */
const mostAccounts = 10
const separator = '~'

export interface KnownDevices {
  /** The identifier under which this account knows the browser; nothing when the cookie is not one of ours for this account. */
  deviceId(cookie: string | undefined, login: string): string | undefined
  /** The cookie of a browser in which this account has just signed in. */
  after(cookie: string | undefined, login: string): string
}

/** Browsers that signed in before carry a signed cookie, bound to the account. It proves nothing but that, and opens nothing. */
export function knownDevices(secret: string): KnownDevices {
  const key = createHmac('sha256', secret).update('device cookies').digest()
  const signature = (deviceId: string, login: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([deviceId, login]))
      .digest('base64url')

  function isFor(entry: string, login: string): boolean {
    const [deviceId = '', given = ''] = entry.split('.')
    const expected = Buffer.from(signature(deviceId, login))
    const actual = Buffer.from(given)
    return actual.length === expected.length && timingSafeEqual(actual, expected)
  }

  return {
    deviceId: (cookie, login) =>
      entriesOf(cookie)
        .find((entry) => isFor(entry, login))
        ?.split('.')[0],
    after(cookie, login) {
      const entries = entriesOf(cookie)
      const known = entries.find((entry) => isFor(entry, login))
      return [known ?? made(login), ...entries.filter((entry) => entry !== known)]
        .slice(0, mostAccounts)
        .join(separator)
    },
  }

  function made(login: string): string {
    const deviceId = randomBytes(16).toString('base64url')
    return `${deviceId}.${signature(deviceId, login)}`
  }
}

const entriesOf = (cookie = '') =>
  cookie
    .split(separator)
    .filter((entry) => /^[\w-]{22}\.[\w-]{43}$/.test(entry))
    .slice(0, mostAccounts)
