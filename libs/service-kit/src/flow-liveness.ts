import { type Check, NotReadyError } from './health.ts'

/** How a consumer is doing, as the bus tells it. */
export interface Flow {
  readonly durable: string
  readonly pending: number
  readonly idleMs: number
}

export interface FlowLivenessOptions {
  readonly flows: () => Promise<readonly Flow[]>
  /** When work in hand last moved (a row written, a lease renewed): a long export is not a standstill. */
  readonly progressAt?: () => number
  readonly stallMs?: number
  readonly now?: () => number
}

/**
 * Ready only while work flows: events that wait while neither their consumer nor the work in hand has moved for
 * `stallMs` make the process unready, by the consumer's name. A broker that does not answer is no verdict: a gateway
 * has to go on accepting without it.
 */
export function flowLiveness({
  flows,
  progressAt = () => 0,
  stallMs = 60_000,
  now = Date.now,
}: FlowLivenessOptions): Check {
  let waitingSince: WaitingSince = new Map()
  return {
    name: 'flow',
    async check() {
      const seen = await flows().catch(() => undefined)
      if (!seen) return
      const at = now()
      waitingSince = stillWaiting(waitingSince, seen, at)
      const stalled = stalledConsumers({
        flows: seen,
        waitingSince,
        progressAt: progressAt(),
        now: at,
        stallMs,
      })
      if (stalled.length > 0)
        throw new NotReadyError(`events wait and nothing moves at ${stalled.join(', ')}`)
    },
  }
}

/** Since when each consumer has had events waiting, as far as was seen. */
type WaitingSince = ReadonlyMap<string, number>

/** Remembers the first look at which events waited: idle all night and rung this instant is not a standstill. */
export const stillWaiting = (before: WaitingSince, flows: readonly Flow[], now: number): WaitingSince =>
  new Map(
    flows.filter(({ pending }) => pending > 0).map(({ durable }) => [durable, before.get(durable) ?? now]),
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
