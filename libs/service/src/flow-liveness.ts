import { type Check, NotReadyError } from './health.ts'

/** How a consumer is doing, as the bus tells it. */
export interface Flow {
  readonly durable: string
  readonly pending: number
  readonly idleMs: number
  /** It takes none on purpose, because what its handlers depend on is away. */
  readonly paused?: boolean
}

export interface FlowLivenessOptions {
  /**
   * Rejects with the code `BUS_AWAY` while the broker is known to be away or in trouble of its own. Any other failure,
   * or none coming back at all, means that a connection which seems to stand carries nothing.
   */
  readonly flows: () => Promise<readonly Flow[]>
  /** When work in hand last moved (a row written, a lease renewed): a long export is not a standstill. */
  readonly progressAt?: () => number
  readonly stallMs?: number
  readonly now?: () => number
  /** How long one check waits for the flows before it goes by what it knew. */
  readonly waitMs?: number
}

/**
 * Alive only while work flows: events that wait while neither their consumer nor the work in hand has moved for
 * `stallMs`, or a broker that has not answered for so long over a connection that seems to stand, and starting the
 * process again is the cure. What it would not cure is no verdict: a broker that is away, and a database for which the
 * consumers wait.
 */
export function flowLiveness({
  flows,
  progressAt = () => 0,
  // With a probe every few seconds a standstill is seen within the minute.
  stallMs = 45_000,
  now = Date.now,
  waitMs = 1_000,
}: FlowLivenessOptions): Check {
  let waitingSince: WaitingSince = new Map()
  let unansweredSince: number | undefined
  let stalled: readonly string[] = []
  let looking: Promise<void> | undefined

  async function look() {
    unansweredSince ??= now()
    try {
      const seen = await flows()
      const at = now()
      waitingSince = stillWaiting(waitingSince, seen, at)
      stalled = stalledConsumers({ flows: seen, waitingSince, progressAt: progressAt(), now: at, stallMs })
      unansweredSince = undefined
    } catch (error) {
      if ((error as { code?: unknown })?.code !== 'BUS_AWAY') return
      waitingSince = new Map()
      stalled = []
      unansweredSince = undefined
    }
  }

  return {
    name: 'flow',
    async check() {
      looking ??= look().finally(() => {
        looking = undefined
      })
      const waited = Promise.withResolvers<void>()
      const timer = setTimeout(waited.resolve, waitMs)
      await Promise.race([looking, waited.promise])
      clearTimeout(timer)
      if (stalled.length > 0)
        throw new NotReadyError(`events wait and nothing moves at ${stalled.join(', ')}`)
      if (unansweredSince !== undefined && now() - unansweredSince >= stallMs)
        throw new NotReadyError('the connection to NATS seems to stand and carries nothing')
    },
  }
}

/** Since when each consumer has had events waiting, as far as was seen. */
type WaitingSince = ReadonlyMap<string, number>

/** Remembers the first look at which events waited: idle all night and rung this instant is not a standstill. */
export const stillWaiting = (before: WaitingSince, flows: readonly Flow[], now: number): WaitingSince =>
  new Map(
    flows
      .filter(({ pending, paused }) => pending > 0 && !paused)
      .map(({ durable }) => [durable, before.get(durable) ?? now]),
  )

/** The consumers at which events wait and nothing has moved for `stallMs`. */
export function stalledConsumers({
  flows,
  waitingSince,
  progressAt,
  now,
  stallMs,
}: {
  flows: readonly Flow[]
  waitingSince: WaitingSince
  progressAt: number
  now: number
  stallMs: number
}): string[] {
  return flows
    .filter(({ durable, idleMs }) => {
      const since = waitingSince.get(durable)
      return since !== undefined && Math.min(now - since, idleMs, now - progressAt) >= stallMs
    })
    .map(({ durable }) => durable)
}
