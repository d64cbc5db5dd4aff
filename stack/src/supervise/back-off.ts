const firstMs = 500
const longestMs = 30_000
const soundMs = 60_000

/**
 * How long to wait before a process that ended by itself is started again: twice as long as the last time, half a
 * minute at most. One that lived a minute was sound, and begins anew.
 */
export function backOff(livedMs: number, previousMs: number | undefined): number {
  if (previousMs === undefined || livedMs >= soundMs) return firstMs
  return Math.min(previousMs * 2, longestMs)
}
