const [firstMs, longestMs] = [2_000, 300_000]

/** How long a space rests after so many failures in a row: doubling, and never less than half, so that those that failed together part. */
export function pauseAfter(failures: number, chance: number): number {
  const most = Math.min(longestMs, firstMs * 2 ** (failures - 1))
  return Math.round(most * (0.5 + chance / 2))
}
