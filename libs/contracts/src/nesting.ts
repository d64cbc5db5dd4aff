/** Nothing of ours is nested half as deep. `JSON.stringify` gives up at some thousands of levels, and MongoDB at a hundred. */
export const deepestNesting = 64

/** Whether JSON is nested deeper than that, however wide it is. Level by level: what calls itself would give up, too. */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; depth <= deepestNesting; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
    if (level.length === 0) return false
  }
  return true
}
