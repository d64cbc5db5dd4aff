import type { Campaign as CampaignShown, DeliveryCounts } from '@rounds/contracts'
import { type Pace, paceAfter, steadyRate, timeLeftMs } from '@rounds/kernel'
import { sliceMs, type Tally } from '../mail/index.ts'
import type { Campaign } from './campaign.ts'

/**
 * How a campaign that is being sent gets on: what all of it waits for, or how fast it is and how long it takes, once that can
 * be said. The one place that says so.
 */
export function campaignProgress(
  { state }: Pick<Campaign, 'state'>,
  { waiting }: Pick<DeliveryCounts, 'waiting'>,
  tally: Pick<Tally, 'ends' | 'later' | 'relayAwayAt' | 'sentAt'>,
): Pick<CampaignShown, 'waitsFor' | 'perSecond' | 'etaMs'> {
  if (state !== 'sending' || waiting === 0) return {}
  if (isRelayAway(tally)) return { waitsFor: 'mail server' }
  if (tally.later >= waiting) return { waitsFor: 'later' }
  const pace = paceOf(tally.ends)
  const rate = pace && steadyRate(pace)
  if (!pace || rate === undefined) return {}
  // What waits for the morning takes until the morning, however fast the others are.
  const left = tally.later > 0 ? undefined : timeLeftMs(pace, waiting)
  return { perSecond: Math.round(rate * 100_000) / 100, ...(left === undefined ? {} : { etaMs: left }) }
}

/** The mail server took none the last time, and has taken none since. */
const isRelayAway = ({ relayAwayAt, sentAt }: Pick<Tally, 'relayAwayAt' | 'sentAt'>) =>
  relayAwayAt !== undefined && (sentAt === undefined || sentAt < relayAwayAt)

/** From the first slice on in which something ended. That one is where it began, and not a whole one. */
function paceOf(ends: readonly number[]): Pace | undefined {
  const first = ends.findIndex((count) => count > 0)
  if (first === -1) return undefined
  let done = 0
  return ends.slice(first).reduce<Pace | undefined>((pace, count, slice) => {
    done += count
    return paceAfter(pace, done, slice * sliceMs)
  }, undefined)
}
