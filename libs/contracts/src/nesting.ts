/** Nothing of ours is nested half as deep. `JSON.stringify` gives up at some thousands of levels, and MongoDB at a hundred. */
export const deepestNesting = 64

/** Whether JSON is nested deeper than that, however wide it is. Ends at that depth, so it can call itself. */
export const isTooDeep = (value: unknown): boolean => isDeeperThan(deepestNesting, value)

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels < 0) return true
  for (const one of Object.values(value)) if (isDeeperThan(levels - 1, one)) return true
  return false
}
