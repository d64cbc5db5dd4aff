import { cpuSeconds } from './processes.ts'
import { type Row, rowsOf, type Sample } from './statistics.ts'

/** One way of doing what a bench measures. */
export interface Variant {
  readonly name: string
  /** Processes that take part; their children count too. */
  readonly pids: () => readonly number[]
  /** Does it once and tells the figures by their unit. */
  run(): Promise<Sample['figures']>
  /** Puts things back afterwards; its time and its processor's are nobody's. */
  tidy?(): Promise<void>
}

export interface ContestOptions {
  readonly runs: number
  /** Runs of each that do not count. */
  readonly warmUps?: number
  readonly tell: (line: string) => void
}

/**
 * Runs all variants in turns: once each to warm up, or more often, then `runs` times, beginning with another one each
 * time, so that what else the machine does falls on all alike.
 */
export async function contest(
  bench: string,
  variants: readonly Variant[],
  { runs, warmUps = 1, tell }: ContestOptions,
): Promise<Row[]> {
  const samples = new Map<Variant, Sample[]>(variants.map((variant) => [variant, []]))
  for (let round = 0; round < warmUps + runs; round++) {
    const run = round - warmUps + 1
    for (const place of variants.keys()) {
      const variant = variants[(place + round) % variants.length] as Variant
      const sample = await once(variant)
      if (run > 0) samples.get(variant)?.push(sample)
      tell(`  ${run > 0 ? `run ${run}` : 'warm-up'}  ${variant.name.padEnd(16)} ${said(sample)}`)
    }
  }
  return variants.flatMap((variant) => rowsOf(bench, variant.name, samples.get(variant) ?? []))
}

async function once({ name, pids, run, tidy }: Variant): Promise<Sample> {
  try {
    const before = await cpuSeconds(pids())
    const figures = await run()
    const sample = { figures, cpuSeconds: (await cpuSeconds(pids())) - before }
    await tidy?.()
    return sample
  } catch (cause) {
    throw new Error(`${name} could not be measured`, { cause })
  }
}

const said = ({ figures }: Sample) =>
  Object.entries(figures)
    .map(([unit, value]) => `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`)
    .join(', ')
