import type { Result } from './results.ts'
import { isKept, limitOf } from './row.ts'

const columns = [
  'row',
  'injected',
  'accepted',
  'lost',
  'duplicates',
  'partial',
  'inDoubt',
  'p99RescueMs',
  'rescues',
  'ok',
] as const

const line = (cells: readonly unknown[]) =>
  cells.map((cell, index) => (index === 0 ? String(cell).padEnd(22) : String(cell).padStart(11))).join(' ')

export const head = line(columns)

/** A result for people: the figures, then whatever else was seen. */
export function tableLine(result: Result): string {
  if ('notRun' in result) return `${result.row.padEnd(22)} NOT RUN: ${result.notRun}`
  const bars = result.bars.map(
    (bar) => `  ${isKept(bar) ? '✓' : '✗'} ${bar.what}: ${bar.seen} (${limitOf(bar)})`,
  )
  return [
    line(columns.map((name) => result[name] ?? '–')),
    ...bars,
    ...result.notes.map((note) => `    ${note}`),
  ].join('\n')
}
