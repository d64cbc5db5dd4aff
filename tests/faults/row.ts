import type { Verdict } from './checker.ts'
import type { World, WorldOptions } from './world.ts'

/** A promise of this row's own, beside the ones that hold for every row. */
export type Bar = { readonly what: string; readonly seen: number } & (
  | { readonly atMost: number }
  | { readonly atLeast: number }
)

export const isKept = (bar: Bar) => ('atMost' in bar ? bar.seen <= bar.atMost : bar.seen >= bar.atLeast)

export const limitOf = (bar: Bar) => ('atMost' in bar ? `at most ${bar.atMost}` : `at least ${bar.atLeast}`)

/** What happened in a row. */
export interface Observed extends Verdict {
  readonly injected: number
  /** Where nobody can know what became of some; usually none may be in doubt. */
  readonly inDoubtAtMost?: number
  readonly bars: readonly Bar[]
  readonly notes: readonly string[]
}

/** One kind of fault, as a story. */
export interface Row {
  readonly name: string
  /** What is done to the system, in a sentence for the reliability page. */
  readonly injects: string
  /** Why it cannot be run here; nothing when it can. */
  readonly notHere?: () => string | undefined
  /** What it counts as accepted, where that is not jobs. */
  readonly counts?: 'mails' | 'chat posts'
  /** A hospital of its own, when the usual one will not do. */
  readonly hospital?: Partial<
    Pick<WorldOptions, 'startMongo' | 'startNats' | 'isProxied' | 'appointments' | 'exportsAtOnce'>
  >
  run(world: World): Promise<Observed>
}

/** Bars that hold for every row; a row may add its own. */
export function isWell(observed: Observed): boolean {
  const { lost, duplicates, partial, inDoubt, inDoubtAtMost = 0, bars, p99RescueMs, accepted } = observed
  const bad = lost + duplicates + partial
  return bad === 0 && inDoubt <= inDoubtAtMost && accepted > 0 && p99RescueMs <= 35_000 && bars.every(isKept)
}
