import type { Goal } from '../goals.ts'
import type { Ground } from '../ground.ts'
import type { Row } from '../statistics.ts'

/** One thing that is measured, ours beside the peers'. */
export interface Bench {
  readonly name: string
  /** One sentence: what is measured from where to where. */
  readonly about: string
  /** What a reader must know to judge the figures; each a sentence or two. */
  readonly notes: readonly string[]
  readonly goals: readonly Goal[]
  /** Figures that only `--large` measures: what is known of them stays until it does so again. */
  readonly largeUnits?: readonly string[]
  run(ground: Ground): Promise<readonly Row[]>
}
