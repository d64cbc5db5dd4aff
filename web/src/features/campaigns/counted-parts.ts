import type { DeliveryCounts } from '@rounds/contracts/http'

/** The parts that add up to what is expected, in the order of the bar. What is on its way is among those that wait. */
export const countedParts = ['sent', 'suppressed', 'failed', 'inDoubt', 'cancelled', 'waiting'] as const
export type CountedPart = (typeof countedParts)[number]

/** How many came to an end of whatever kind; what is in doubt waits for a person. */
export const endedOf = ({ sent, suppressed, failed, cancelled }: DeliveryCounts): number =>
  sent + suppressed + failed + cancelled

export const percentEnded = (counts: DeliveryCounts): number =>
  counts.expected === 0 ? 100 : Math.floor((100 * (endedOf(counts) + counts.inDoubt)) / counts.expected)
