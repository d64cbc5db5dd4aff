import type { Row } from './statistics.ts'

/** What was set out to be reached, and how one sees whether it was. */
export interface Goal {
  readonly text: string
  /** The figure that decides, from the rows of its bench; nothing where they do not have it. */
  figure(rows: readonly Row[]): number | undefined
  readonly atLeast?: number
  readonly atMost?: number
  readonly unit: string
}

export interface Verdict {
  readonly text: string
  readonly figure?: string
  readonly isReached?: boolean
}

export function verdictOn({ text, figure, atLeast, atMost, unit }: Goal, rows: readonly Row[]): Verdict {
  const value = figure(rows)
  if (value === undefined) return { text }
  const isReached = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity)
  return { text, figure: `${rounded(value)} ${unit}`, isReached }
}

/** The median of one figure. */
export const medianOf =
  (unit: string, variant = 'ours') =>
  (rows: readonly Row[]) =>
    rows.find((row) => row.variant === variant && row.unit === unit)?.median

/** Ours as a multiple of somebody else's. */
export const timesOf = (unit: string, peer: string) => ratio(medianOf(unit), medianOf(unit, peer))

/** One figure as a multiple of another. */
export const ratio =
  (above: Goal['figure'], below: Goal['figure']): Goal['figure'] =>
  (rows) => {
    const [over, under] = [above(rows), below(rows)]
    return over === undefined || !under ? undefined : over / under
  }

/** As many digits as mean something. */
export function rounded(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: 0 })
}
