/** How fast work gets done, as a moving average, and how much that speed wobbles. The one estimate of every kind of work. */
export interface Pace {
  readonly at: number
  readonly done: number
  readonly perMs: number
  /** Mean distance from the average, as a part of it. */
  readonly wobble: number
  readonly samples: number
}

const newest = 0.3

/** The pace after one more look: so much done in all, at this time in milliseconds. */
export function paceAfter(before: Pace | undefined, done: number, at: number): Pace {
  if (!before) return { at, done, perMs: 0, wobble: 0, samples: 0 }
  if (at <= before.at) return before
  const rate = (done - before.done) / (at - before.at)
  const perMs = before.samples === 0 ? rate : mixed(before.perMs, rate)
  const distance = perMs > 0 ? Math.abs(rate - perMs) / perMs : 1
  return { at, done, perMs, wobble: mixed(before.wobble, distance), samples: before.samples + 1 }
}

/** Done each millisecond; nothing while that would be a guess. A bar that says "2 s" five times is worse than a silent one. */
export const steadyRate = ({ perMs, wobble, samples }: Pace): number | undefined =>
  samples < 3 || wobble > 0.4 || perMs <= 0 ? undefined : perMs

/** Milliseconds for what is left, once the pace is steady. */
export function timeLeftMs(pace: Pace, left: number): number | undefined {
  const rate = steadyRate(pace)
  return rate === undefined ? undefined : Math.max(0, Math.round(left / rate))
}

const mixed = (average: number, value: number) => average * (1 - newest) + value * newest
