import { createHash } from 'node:crypto'
import type { MongoStore } from '@rounds/mongo'
import type { IndexDescription } from 'mongodb'
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible'
import {
  type Attempt,
  addressGroup,
  alarmsOf,
  delayMs,
  forgottenAfterSeconds,
  type LoginThrottle,
  linksAnHour,
  unknownTries,
  waitSeconds,
} from './login-throttle.ts'

const tableName = 'signInFailures'

/** Those that rate-limiter-flexible relies on; it would make them itself, which is not its user's right. */
export const loginThrottleIndexes: readonly IndexDescription[] = [
  { key: { expire: 1 }, expireAfterSeconds: 0 },
  // Documents of earlier versions have no key.
  { key: { key: 1 }, unique: true, partialFilterExpression: { key: { $exists: true } } },
]

/** Shared by all replicas: who guesses at another one has already used up the tries. */
export function mongoLoginThrottle(store: Pick<MongoStore, 'collection'>): LoginThrottle {
  const limiter = (keyPrefix: string, duration: number, points = Number.MAX_SAFE_INTEGER) =>
    new RateLimiterMongo({
      storeClient: store,
      tableName,
      keyPrefix,
      points,
      duration,
      disableIndexesCreation: true,
    })
  const places = limiter('place', forgottenAfterSeconds.place)
  const addresses = limiter('address', forgottenAfterSeconds.address)
  const accounts = limiter('account', forgottenAfterSeconds.account)
  const links = limiter('link', 3_600)
  /** Of those who have to wait one may try; its document ends with the wait. */
  const turns = limiter('turn', 1, 1)

  return {
    async admit(attempt) {
      const { login, address, deviceId } = attempt
      const waitMs = await waitOf(placeOf(attempt))
      if (waitMs > 0) return { kind: 'wait', waitMs }
      // A browser that signed in before answers for itself alone.
      if (deviceId !== undefined) return { kind: 'try', delayMs: 0, alarms: [] }
      const [account, from] = await Promise.all([
        accounts.penalty(hashed(login)),
        addresses.penalty(hashed(addressGroup(address))),
      ])
      const alarms = alarmsOf(account.consumedPoints, from.consumedPoints)
      if (account.consumedPoints > unknownTries) return { kind: 'link only' }
      return { kind: 'try', delayMs: delayMs(from.consumedPoints), alarms }
    },

    async succeeded(attempt) {
      const place = placeOf(attempt)
      const isKnown = attempt.deviceId !== undefined
      await Promise.all([
        places.delete(place),
        turns.delete(place),
        // A known browser counted nothing there. Somebody else may still be guessing from elsewhere.
        ...(isKnown
          ? []
          : [
              accounts.delete(hashed(attempt.login)),
              addresses.reward(hashed(addressGroup(attempt.address))),
            ]),
      ])
    },

    async isLinkOnly(login) {
      const account = await accounts.get(hashed(login))
      return (account?.consumedPoints ?? 0) >= unknownTries
    },

    async mayMailLink(login) {
      const { consumedPoints } = await links.penalty(hashed(login))
      return consumedPoints <= linksAnHour
    },

    async reopen(login) {
      await accounts.delete(hashed(login))
    },
  }

  /** Counts a try of this place; answers how long it has to wait, and then it is not counted. */
  async function waitOf(place: string): Promise<number> {
    const { consumedPoints } = await places.penalty(place)
    const seconds = waitSeconds(consumedPoints)
    if (seconds === 0) return 0
    try {
      // Its types know only `attrs`, its function also `customDuration`, as its documents say.
      const options = { attrs: {}, customDuration: seconds }
      await turns.consume(place, 1, options)
      return 0
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      await places.reward(place)
      return Math.max(1, refusal.msBeforeNext)
    }
  }
}

const placeOf = ({ login, address, deviceId }: Attempt) =>
  hashed(login, deviceId === undefined ? addressGroup(address) : `device ${deviceId}`)

// Hashed, since people type passwords into the field for the name.
const hashed = (...parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
