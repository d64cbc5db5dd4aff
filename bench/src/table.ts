import { rounded } from './goals.ts'
import type { Row } from './statistics.ts'

/** A result for programs. */
export const jsonLine = ({ bench, variant, unit, median, min, max, runs }: Row): string =>
  JSON.stringify({ bench, variant, unit, median, min, max, runs })

/** Cells for people, the ratio first: on another machine it is the part that stays. */
export function cellsOf(rows: readonly Row[]): string[][] {
  return rows.map((row) => {
    const ours = rows.find(({ variant, unit }) => variant === 'ours' && unit === row.unit)
    const ratio = !ours || row.median === 0 ? '' : `${rounded(ours.median / row.median)} ×`
    const spread = `${rounded(row.median)} (${rounded(row.min)}–${rounded(row.max)})`
    const cpu = row.cpuSeconds === undefined ? '' : row.cpuSeconds.toFixed(1)
    return [row.unit, row.variant, ratio, spread, cpu, String(row.runs)]
  })
}

export const titles = ['', 'variant', 'ours ÷ this', 'median (min–max)', 'CPU s', 'runs']

/** A table for a terminal, grouped by unit. */
export function table(rows: readonly Row[]): string {
  const lines = [titles, ...grouped(rows)]
  const widths = titles.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)))
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The same figure's rows together, its name in the first of them only. */
export function grouped(rows: readonly Row[]): string[][] {
  const byUnit = Map.groupBy(rows, ({ unit }) => unit)
  return [...byUnit.values()].flatMap((same) =>
    cellsOf(same).map(([unit = '', ...cells], place) => [place === 0 ? unit : '', ...cells]),
  )
}
