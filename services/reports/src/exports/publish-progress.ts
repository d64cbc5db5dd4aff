import { type HospitalEvent, type ReportProgressed, reportProgressed } from '@rounds/contracts'
import { type Pace, paceAfter, timeLeftMs } from '@rounds/kernel'
import type { Cause, MakeEvent } from '@rounds/messaging'

type Phase = ReportProgressed['data']['phase']

const leastGapMs = 250

/**
 * Says how far one attempt is, at most four times a second, and nothing of one that ends sooner than that; that it goes
 * back to waiting is said in any case.
 */
export function tellProgress(
  about: { readonly reportId: string; readonly attempt: number },
  deps: {
    readonly say: (event: HospitalEvent) => void
    readonly make: MakeEvent
    readonly cause: Cause
    readonly now: () => Date
  },
): (phase: Phase, rows: number, more?: { readonly total?: number; readonly reason?: string }) => void {
  let pace: Pace | undefined
  let saidAt = deps.now().getTime()
  return (phase, rows, { total, reason } = {}) => {
    const at = deps.now().getTime()
    if (at - saidAt < leastGapMs && phase !== 'retrying') return
    saidAt = at
    // Another phase is another kind of work, and rows that shrink are another beginning.
    pace = phase === 'writing' ? paceAfter(pace && rows >= pace.done ? pace : undefined, rows, at) : undefined
    const left = pace && total !== undefined ? timeLeftMs(pace, total - rows) : undefined
    const data = {
      ...about,
      phase,
      rows,
      ...(total !== undefined && { total }),
      ...(left !== undefined && { etaMs: left }),
      ...(reason !== undefined && { reason }),
    }
    deps.say(deps.make(reportProgressed, data, deps.cause))
  }
}
