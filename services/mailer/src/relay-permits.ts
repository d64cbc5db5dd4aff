import type { Permits } from '@rounds/ledger'
import type { Verdict } from './mail-transport.ts'

/** Lets a lane claim mail while the relay takes some; while it is away, only one at a time looks whether it is back. */
export interface RelayPermits extends Permits {
  heard(verdict: Verdict): void
  isOpen(): boolean
}

const firstMs = 500
const longestMs = 15_000

export function relayPermits({ now = Date.now, chance = Math.random } = {}): RelayPermits {
  let failures = 0
  let closedUntil = 0
  let isProbing = false

  return {
    take(atMost) {
      if (failures === 0) return atMost
      if (isProbing || now() < closedUntil) return 0
      isProbing = true
      return 1
    },
    giveBack(count) {
      // Also told of room that found no work to claim, which is often none: the one that looks is still at it.
      if (count > 0) isProbing = false
    },
    heard(verdict) {
      if (verdict.kind === 'accepted' || verdict.kind === 'refused') failures = 0
      if (verdict.kind !== 'not now' || verdict.why === 'broke off') return
      // Many find out at once; that is one failure.
      if (now() < closedUntil) return
      failures += 1
      const limit = Math.min(longestMs, firstMs * 2 ** failures)
      closedUntil = now() + Math.round(limit * (0.5 + chance() / 2))
    },
    isOpen: () => failures === 0,
  }
}
