import type {
  CampaignState,
  DeliveryBounce,
  DeliveryCounts,
  DeliveryInput,
  DeliveryOutcome,
  DeliveryState,
  HospitalEvent,
  Resolution,
} from '@rounds/contracts'
import type { Page, Principal } from '../http/index.ts'

/** A delivery as the mailer's ledger has it; read here, never written. */
export interface KeptDelivery {
  readonly _id: string
  readonly state: string
  readonly fence: number
  readonly attempts: number
  readonly cancelAsked: boolean
  readonly nextAttemptAt: Date
  readonly acceptedAt: Date
  readonly settledAt?: Date
  readonly input: DeliveryInput
  readonly outcome?: DeliveryOutcome
  /** `held` while its campaign is paused. */
  readonly lane?: string
  /** The last moves. */
  readonly history?: ReadonlyArray<{ readonly reason?: string }>
}

export interface DeliverySearch {
  readonly state?: DeliveryState
  readonly template?: string
  readonly batchId?: string
  readonly recipientId?: string
  readonly digestId?: string
  /** Of what the recipient is called, what they were written to at, and about: each begins so, or is so when `isExact`. */
  readonly address?: string
  readonly name?: string
  readonly subject?: string
  readonly isExact?: boolean
  readonly bounce?: DeliveryBounce['kind']
  readonly since?: Date
  readonly until?: Date
}

/** What somebody decided about a delivery in doubt. */
export interface ResolutionDocument {
  /** The delivery and its fence: each doubt is settled once. */
  readonly _id: string
  readonly deliveryId: string
  readonly as: Resolution
  readonly reason?: string
  readonly by: string
  readonly at: Date
}

/** The mails on their way and those that ended, as far as the one who asks may see them. */
export interface Deliveries {
  one(deliveryId: string, principal: Principal): Promise<KeptDelivery | undefined>
  /** Newest first; one more than the page asks for. */
  list(principal: Principal, search: DeliverySearch, page: Page): Promise<KeptDelivery[]>
  /** How many of these batches stand where, and why. */
  tallies(batchIds: readonly string[]): Promise<ReadonlyMap<string, Tally>>
  /** Those of a campaign that reached nobody, or nobody knows; for its error list. */
  unreached(campaignId: string): AsyncIterable<KeptDelivery>
  /** Writes the decision and what it says in one document; answers the one that stands. */
  resolve(resolution: ResolutionDocument, says: readonly HospitalEvent[]): Promise<ResolutionDocument>
}

export interface Tally {
  readonly counts: Readonly<Record<DeliveryState, number>>
  readonly reasons: ReadonlyArray<{ readonly code: string; readonly count: number }>
  /** How many came to an end in each slice of the last half minute, oldest first. */
  readonly ends: readonly number[]
  /** Of those that wait: not to be tried within the next minute, such as for the morning. */
  readonly later: number
  /** When the mail server took none of them, the last time; and when it took one. */
  readonly relayAwayAt?: Date
  readonly sentAt?: Date
}

export const noTally: Tally = {
  counts: {
    waiting: 0,
    sending: 0,
    sent: 0,
    merged: 0,
    suppressed: 0,
    failed: 0,
    'in doubt': 0,
    cancelled: 0,
  },
  reasons: [],
  ends: [],
  later: 0,
}

/** Over how long the rate is taken, and in which steps. */
export const recentMs = 30_000
export const sliceMs = 2_000
/** What is not tried within this time waits for more than its turn. */
export const laterMs = 60_000

/**
 * Counts that always add up to `expected`. Whoever was counted when the campaign was sent off and is not on the list yet
 * waits; once it is called off they are called off with it. When all is over, the list is the truth.
 */
export function countsOf(
  {
    state,
    expected = 0,
    completedAt,
  }: {
    readonly state: CampaignState
    readonly expected?: number | undefined
    readonly completedAt?: Date | undefined
  },
  { counts }: Tally,
): DeliveryCounts {
  const listed = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const unlisted = completedAt ? 0 : Math.max(0, expected - listed)
  const isOff = state === 'cancelled'
  return {
    expected: listed + unlisted,
    sent: counts.sent + counts.merged,
    suppressed: counts.suppressed,
    failed: counts.failed,
    inDoubt: counts['in doubt'],
    cancelled: counts.cancelled + (isOff ? unlisted : 0),
    waiting: counts.waiting + counts.sending + (isOff ? 0 : unlisted),
    sending: counts.sending,
  }
}
