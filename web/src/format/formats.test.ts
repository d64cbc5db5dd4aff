import { describe, expect, it } from 'vitest'
import { formats } from './formats.ts'

const { number, bytes, instant, duration, range, zoneLabel } = formats({
  locale: 'en-IN',
  zone: 'Asia/Kolkata',
})

describe('formats of a hospital in India', () => {
  it('group numbers by lakh', () => {
    expect(number(84_211)).toBe('84,211')
    expect(number(120_000)).toBe('1,20,000')
  })

  it('write times in the zone of the hospital and say so', () => {
    expect(instant('2026-11-22T11:00:00Z')).toMatch(/^22 Nov 2026, 4:30\s?pm IST$/)
    expect(zoneLabel(new Date())).toBe('IST')
  })

  it('write sizes with one decimal', () => {
    expect([0, 999, 1_000, 12_412_345].map(bytes)).toEqual(['0 B', '999 B', '1 kB', '12.4 MB'])
  })

  it('claim of a duration no more than an estimate knows', () => {
    expect([200, 3_100, 42_000, 61_000, 3_600_000].map(duration)).toEqual([
      '1 second',
      '4 seconds',
      '50 seconds',
      '2 minutes',
      '1 hour',
    ])
  })

  it('write a span with what its ends have in common once, and a day as a day', () => {
    expect(range({ from: '2026-11-01', to: '2026-11-30' })).toMatch(/^1\s?–\s?30 Nov 2026$/)
    expect(range({ from: '2026-11-01', to: '2026-11-01' })).toBe('1 Nov 2026')
    expect(range({})).toBeUndefined()
  })
})
