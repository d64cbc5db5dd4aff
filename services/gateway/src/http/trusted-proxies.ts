import { isIP } from 'node:net'

/** Whose `X-Forwarded-For` is believed, in the form Fastify takes: nobody's, so many hops', or that of these addresses. */
export type TrustedProxies = false | number | string[]

/** Of the proxy-addr package, which Fastify uses. */
const namedRanges = ['loopback', 'linklocal', 'uniquelocal']

/** Reads `TRUST_PROXY`; undefined when it names no proxies. */
export function readTrustedProxies(text: string): TrustedProxies | undefined {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const [only] = parts
  if (only === undefined) return false
  if (parts.length === 1 && /^[1-9]$/.test(only)) return Number(only)
  return parts.every((part) => namedRanges.includes(part) || isNetwork(part)) ? parts : undefined
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  if (bits === undefined) return true
  // All of the internet is no proxy: then anybody could claim any address.
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
}
