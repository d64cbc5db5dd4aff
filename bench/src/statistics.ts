/** The middle of these numbers; the mean of the two middle ones where there are two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [below, above] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  if (below === undefined || above === undefined) throw new RangeError('nothing has no median')
  return (below + above) / 2
}

/** The smallest of these numbers that at least this part of them does not exceed (nearest rank). */
export function percentile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const found = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]
  if (found === undefined) throw new RangeError('nothing has no percentile')
  return found
}

/** One figure of one variant over all its runs. */
export interface Row {
  readonly bench: string
  readonly variant: string
  readonly unit: string
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
  /** Median over the runs, of all processes that took part. */
  readonly cpuSeconds?: number
}

/** What one run of one variant brought: figures by their unit. */
export interface Sample {
  readonly figures: Readonly<Record<string, number>>
  readonly cpuSeconds?: number
}

/** The rows of one variant; a unit that only some runs brought is summed up over those. */
export function rowsOf(bench: string, variant: string, samples: readonly Sample[]): Row[] {
  const units = new Set(samples.flatMap(({ figures }) => Object.keys(figures)))
  const seconds = samples.flatMap(({ cpuSeconds }) => cpuSeconds ?? [])
  return Array.from(units, (unit) => {
    const numbers = samples.flatMap(({ figures }) => figures[unit] ?? [])
    return {
      bench,
      variant,
      unit,
      median: median(numbers),
      min: Math.min(...numbers),
      max: Math.max(...numbers),
      runs: numbers.length,
      ...(seconds.length > 0 ? { cpuSeconds: median(seconds) } : {}),
    }
  })
}
