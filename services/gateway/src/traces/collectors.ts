import { gatewayHistoryConsumer, gatewayTickHistoryConsumer } from '@rounds/contracts'
import type { BatchConsumer } from '@rounds/messaging'
import { type History, saidIn } from './event-log.ts'

/** A chain is looked at by a person, later: at most two thousand events a second are noted, and a rush is caught up with. */
const pace = { most: 500, everyMs: 250 }

/** Notes what is said, so that a chain can be followed. */
export function eventLogCollectors({ note }: Pick<History, 'note'>): readonly BatchConsumer[] {
  return [gatewayHistoryConsumer, gatewayTickHistoryConsumer].map((gatherer) => ({
    ...pace,
    gatherer,
    take: (batch) => note(batch.flatMap((one) => saidIn(one) ?? [])),
  }))
}
