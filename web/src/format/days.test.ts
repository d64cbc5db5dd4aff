import { describe, expect, it } from 'vitest'
import { dayIn, isDay, namedRanges } from './days.ts'

describe('days', () => {
  it('belong to the zone of the hospital, not of the reader', () => {
    const lateEvening = new Date('2026-11-22T19:00:00Z')

    expect(dayIn('Asia/Kolkata', lateEvening)).toBe('2026-11-23')
    expect(dayIn('America/New_York', lateEvening)).toBe('2026-11-22')
  })

  it('exist in the calendar, or are not days', () => {
    expect(['2026-02-28', '2028-02-29', '2026-12-31'].filter(isDay)).toHaveLength(3)
    expect(['2026-02-29', '2026-13-01', '2026-1-1', 'today', '', 20261123, null].filter(isDay)).toEqual([])
  })

  it('make the spans people ask for, over the ends of months and years', () => {
    const ranges = namedRanges('2027-01-01')

    expect(ranges.lastWeek).toEqual({ from: '2026-12-26', to: '2027-01-01' })
    expect(ranges.lastMonth).toEqual({ from: '2026-12-01', to: '2026-12-31' })
    expect(ranges.thisMonth).toEqual({ from: '2027-01-01', to: '2027-01-31' })
    expect(namedRanges('2028-02-10').thisMonth.to).toBe('2028-02-29')
  })
})
