import { isIPv6 } from 'node:net'

/** Wrong tries of one account from one place (or from one known browser) that cost nothing, and how the wait grows after that. */
const freeTries = 5
const firstWaitSeconds = 1
const longestWaitSeconds = 300

/** An address may be a whole hospital: it is slowed, and never closed. */
const freeOfAddress = 50
const longestDelayMs = 2_000

/** From then on an account takes known browsers and mailed links only. */
export const unknownTries = 100

/** Wrong tries are forgotten after an hour, those that may close an account to unknown browsers after thirty days. */
export const forgottenAfterSeconds = { place: 3_600, address: 3_600, account: 30 * 24 * 3_600 } as const

/** Links mailed to one account in an hour: security mails have a limit of their own. */
export const linksAnHour = 3

/** Who tries to sign in: a browser that this account knows, or any at an address. */
export interface Attempt {
  readonly login: string
  readonly address: string
  readonly deviceId?: string | undefined
}

/** Something an operator should look into: so many wrong tries, of an account or from an address. */
export interface Alarm {
  readonly of: 'account' | 'address'
  readonly tries: number
}

export type Admission =
  | { readonly kind: 'try'; readonly delayMs: number; readonly alarms: readonly Alarm[] }
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'link only' }

export interface LoginThrottle {
  /** Counts a try before it is made, so that many at once are counted too. */
  admit(attempt: Attempt): Promise<Admission>
  /** The try was right: what it counted is taken back, and the account begins anew. */
  succeeded(attempt: Attempt): Promise<void>
  /** Whether the account takes known browsers and mailed links only. */
  isLinkOnly(login: string): Promise<boolean>
  /** Counts a link that is asked for, whether or not there is such an account; false once it was too many. */
  mayMailLink(login: string): Promise<boolean>
  /** A mailed link was used: whoever reads the account's mail is its owner. */
  reopen(login: string): Promise<void>
}

/** How long this place waits after its `tries`-th wrong try; 0 for the first ones. */
export function waitSeconds(tries: number): number {
  if (tries <= freeTries) return 0
  return Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** Math.min(tries - freeTries - 1, 20))
}

/** How long an answer is held back after so many wrong tries of an address. Bounded, so that nobody behind it is locked out. */
export const delayMs = (tries: number): number =>
  Math.min(longestDelayMs, Math.max(0, tries - freeOfAddress) * 100)

/** Alarms are raised where a line is crossed, not at every try. */
export function alarmsOf(triesOfAccount: number, triesOfAddress: number): Alarm[] {
  return [
    ...([20, unknownTries].includes(triesOfAccount)
      ? [{ of: 'account', tries: triesOfAccount } as const]
      : []),
    ...([freeOfAddress, 500, 5_000].includes(triesOfAddress)
      ? [{ of: 'address', tries: triesOfAddress } as const]
      : []),
  ]
}

/** What one customer of a provider has: of IPv6 the first 64 bits, since the rest is free to choose. */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const words = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after]
  return `${words
    .slice(0, 4)
    .map((word) => Number.parseInt(word, 16).toString(16))
    .join(':')}::/64`
}
