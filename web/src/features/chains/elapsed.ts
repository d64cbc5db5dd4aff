import type { Formats } from '../../format/formats.ts'

/** As exact as it is short: a chain shows where the time went. */
export function elapsed(ms: number, { number, duration }: Pick<Formats, 'number' | 'duration'>): string {
  if (ms < 1_000) return `${number(ms)} ms`
  if (ms < 60_000) return `${number(Math.round(ms / 100) / 10)} s`
  return duration(ms)
}
