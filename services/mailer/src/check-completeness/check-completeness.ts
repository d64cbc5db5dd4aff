import { batchIncomplete, type CheckDocument, type HospitalEvent, type TickFired } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { dayBounds } from '@rounds/schedule'

/** A batch, and how far it came. */
export interface BatchReach {
  readonly batchId: string
  readonly what: string
  /** As many as were listed; more than that when the list is not whole. */
  readonly expected: number
  /** Those of which something became, whichever. */
  readonly reached: number
}

/** A fire that should have led to a batch, or a mail that should have led to a delivery. */
export interface Promised {
  readonly id: string
  readonly what: string
  /** Why there is nothing, when that is known. */
  readonly hasCome: boolean
}

export interface CheckCompletenessDeps {
  readonly batches: (since: Date, until: Date) => Promise<readonly BatchReach[]>
  readonly fires: (since: Date, until: Date) => Promise<readonly Promised[]>
  readonly mails: (since: Date, until: Date) => Promise<readonly Promised[]>
  /** Keeps what was found, and what it says, in one write. A day is checked anew when it is asked for again. */
  readonly keep: (check: CheckDocument, says: readonly HospitalEvent[]) => Promise<void>
  readonly make: MakeEvent
  readonly zone: string
  readonly now: () => Date
}

/** Compares, for every batch, fire and single mail of a day, what was expected with what came of it. */
export function checkCompleteness({ batches, fires, mails, keep, make, zone, now }: CheckCompletenessDeps) {
  return async (day: string, tick: TickFired): Promise<void> => {
    const { since, until } = dayBounds(day, zone)
    const [reaches, promised, asked] = await Promise.all([
      batches(since, until),
      fires(since, until),
      mails(since, until),
    ])
    const missing = missingOf(reaches, [...promised, ...asked])
    const checkId = `check-${day}`
    const says = missing.map(({ batchId, expected, reached }) =>
      make(batchIncomplete, { batchId, checkId, expected, reached }, tick, {
        id: `${checkId}-${batchId}-${tick.data.fireId}`.slice(0, 200),
      }),
    )
    await keep(
      { _id: checkId, day, at: now(), batches: reaches.length, fires: promised.length, missing },
      says,
    )
  }
}

/** Pure. What did not reach everybody it should have. */
export function missingOf(
  reaches: readonly BatchReach[],
  promised: readonly Promised[],
): CheckDocument['missing'] {
  return [
    ...reaches
      .filter(({ expected, reached }) => reached < expected)
      .map(({ batchId, what, expected, reached }) => ({ batchId, what, expected, reached })),
    ...promised
      .filter(({ hasCome }) => !hasCome)
      .map(({ id, what }) => ({ batchId: id, what, expected: 1, reached: 0 })),
  ]
}
