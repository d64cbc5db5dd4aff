import { expect, it } from 'vitest'
import { jsonLine, table } from './table.ts'

const rows = [
  {
    bench: 'csv',
    variant: 'ours',
    unit: 'rows/s',
    median: 300_000,
    min: 290_000,
    max: 310_000,
    runs: 5,
    cpuSeconds: 4,
  },
  {
    bench: 'csv',
    variant: 'celery',
    unit: 'rows/s',
    median: 100_000,
    min: 1,
    max: 2,
    runs: 5,
    cpuSeconds: 9.94,
  },
  { bench: 'csv', variant: 'ours', unit: 'MB', median: 95.5, min: 90, max: 99, runs: 5 },
]

it('shows people the ratio first and a unit once', () => {
  expect(table(rows).split('\n')).toEqual([
    '        variant  ours ÷ this  median (min–max)           CPU s  runs',
    'rows/s  ours     1 ×          300,000 (290,000–310,000)  4.0    5',
    '        celery   3 ×          100,000 (1–2)              9.9    5',
    'MB      ours     1 ×          95.5 (90–99)                      5',
  ])
})

it('gives programs these fields and no others', () => {
  expect(rows.slice(0, 1).map(jsonLine)).toEqual([
    '{"bench":"csv","variant":"ours","unit":"rows/s","median":300000,"min":290000,"max":310000,"runs":5}',
  ])
})
