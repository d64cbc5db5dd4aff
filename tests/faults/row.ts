import type { Verdict } from './checker.ts'
import type { World, WorldOptions } from './world.ts'

/** A promise of this row's own, beside the ones that hold for every row. */
export interface Bar {
  readonly what: string
  readonly seen: number
  readonly atMost: number
}

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
  /** A hospital of its own, when the usual one will not do. */
  readonly hospital?: Partial<
    Pick<WorldOptions, 'startMongo' | 'isProxied' | 'appointments' | 'exportsAtOnce'>
  >
  run(world: World): Promise<Observed>
}

/** Bars that hold for every row; a row may add its own. */
export function isWell(observed: Observed): boolean {
  const { lost, duplicates, partial, inDoubt, inDoubtAtMost = 0, bars, p99RescueMs, accepted } = observed
  const bad = lost + duplicates + partial
  return (
    bad === 0 &&
    inDoubt <= inDoubtAtMost &&
    accepted > 0 &&
    p99RescueMs <= 35_000 &&
    bars.every(({ seen, atMost }) => seen <= atMost)
  )
}
