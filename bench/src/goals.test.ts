import { describe, expect, it } from 'vitest'
import { medianOf, ratio, rounded, timesOf, verdictOn } from './goals.ts'

const row = (variant: string, unit: string, median: number) => ({
  bench: 'csv',
  variant,
  unit,
  median,
  min: median,
  max: median,
  runs: 5,
})
const rows = [row('ours', 'rows/s', 400_000), row('celery', 'rows/s', 100_000), row('ours', 'ms', 12)]

describe('a goal', () => {
  const fourTimes = { text: '4 ×', figure: timesOf('rows/s', 'celery'), unit: '×' }

  it('is reached at the mark itself', () => {
    expect(verdictOn({ ...fourTimes, atLeast: 4 }, rows)).toEqual({
      text: '4 ×',
      figure: '4 ×',
      isReached: true,
    })
  })

  it('is not reached just below it', () => {
    expect(verdictOn({ ...fourTimes, atLeast: 4.01 }, rows).isReached).toBe(false)
    expect(verdictOn({ text: '', figure: medianOf('ms'), atMost: 11, unit: 'ms' }, rows).isReached).toBe(
      false,
    )
  })

  it('is open while one of its figures is missing', () => {
    expect(verdictOn({ text: 'open', figure: timesOf('rows/s', 'cursor'), unit: '×' }, rows)).toEqual({
      text: 'open',
    })
    expect(ratio(medianOf('ms'), medianOf('none'))(rows)).toBeUndefined()
  })
})

it('shows as many digits as mean something', () => {
  expect([312_456.7, 42.66, 3.4567, 0].map(rounded)).toEqual(['312,457', '42.7', '3.46', '0'])
})
