/** How fast rows are written, as a moving average, and how much that speed wobbles. */
export interface Pace {
  readonly at: number
  readonly rows: number
  readonly rowsPerMs: number
  /** Mean distance from the average, as a part of it. */
  readonly wobble: number
  readonly samples: number
}

const newest = 0.3

/** The pace after one more look: so many rows in all, at this time in milliseconds. */
export function paceAfter(before: Pace | undefined, rows: number, at: number): Pace {
  if (!before) return { at, rows, rowsPerMs: 0, wobble: 0, samples: 0 }
  if (at <= before.at) return before
  const rate = (rows - before.rows) / (at - before.at)
  const rowsPerMs = before.samples === 0 ? rate : mixed(before.rowsPerMs, rate)
  const distance = rowsPerMs > 0 ? Math.abs(rate - rowsPerMs) / rowsPerMs : 1
  return { at, rows, rowsPerMs, wobble: mixed(before.wobble, distance), samples: before.samples + 1 }
}

/** Milliseconds left; nothing while that would be a guess. A bar that says "2 s" five times is worse than a silent one. */
export function etaMs({ rows, rowsPerMs, wobble, samples }: Pace, total: number): number | undefined {
  if (samples < 3 || wobble > 0.4 || rowsPerMs <= 0) return undefined
  return Math.max(0, Math.round((total - rows) / rowsPerMs))
}

const mixed = (average: number, value: number) => average * (1 - newest) + value * newest
