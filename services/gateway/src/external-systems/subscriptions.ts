import type { SystemDocument } from '@rounds/contracts'
import type { Log } from '@rounds/kernel'
import type { Bus, Subscription } from '@rounds/messaging'

export interface ListeningDeps {
  readonly systems: () => Promise<readonly Pick<SystemDocument, '_id' | 'natsKey' | 'revokedAt'>[]>
  readonly subscriptionOf: (system: string) => Subscription
  readonly bus: Pick<Bus, 'subscribe'>
  readonly log: Log
  readonly now: () => Date
}

/** What a system said before it was shut out is still taken; no stream keeps it longer. */
const afterwardsMs = 30 * 24 * 3_600_000

/**
 * Looks which systems come to the broker and hears those that are new. To be called every few seconds: systems are let in
 * while everything runs. A stream that is not there yet is waited for in the background.
 */
export function listening({ systems, subscriptionOf, bus, log, now }: ListeningDeps): () => Promise<void> {
  const heard = new Set<string>()
  return async () => {
    for (const { _id: system, natsKey, revokedAt } of await systems()) {
      const isOver = revokedAt !== undefined && now().getTime() - revokedAt.getTime() > afterwardsMs
      if (natsKey === undefined || isOver || heard.has(system)) continue
      heard.add(system)
      bus.subscribe(subscriptionOf(system)).then(
        () => log.info({ system }, 'hears another system'),
        (error: unknown) => {
          heard.delete(system)
          log.warn({ system, reason: (error as Error).name }, 'another system cannot be heard yet')
        },
      )
    }
  }
}
