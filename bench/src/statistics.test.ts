import { describe, expect, it } from 'vitest'
import { median, percentile, rowsOf } from './statistics.ts'

describe('figures of many runs', () => {
  it('have a median that one bad run does not move', () => {
    expect(median([3, 1, 1_000])).toBe(3)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(() => median([])).toThrow('nothing has no median')
  })

  it('have percentiles that are among them', () => {
    const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(percentile(oneToHundred, 0.99)).toBe(99)
    expect(percentile(oneToHundred, 0.5)).toBe(50)
    expect(percentile([7], 0.99)).toBe(7)
    expect(() => percentile([], 0.5)).toThrow('nothing has no percentile')
  })

  it('become one row per unit, with the spread and the processor’s time', () => {
    const samples = [
      { figures: { 'rows/s': 10, ms: 5 }, cpuSeconds: 1 },
      { figures: { 'rows/s': 30, ms: 7 }, cpuSeconds: 3 },
      { figures: { 'rows/s': 20 }, cpuSeconds: 2 },
    ]
    expect(rowsOf('csv', 'ours', samples)).toEqual([
      { bench: 'csv', variant: 'ours', unit: 'rows/s', median: 20, min: 10, max: 30, runs: 3, cpuSeconds: 2 },
      { bench: 'csv', variant: 'ours', unit: 'ms', median: 6, min: 5, max: 7, runs: 2, cpuSeconds: 2 },
    ])
  })
})
