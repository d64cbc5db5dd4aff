import { describe, expect, it } from 'vitest'
import { localOf, utcOf } from './fire-times.ts'

describe('the times of a fire', () => {
  it('are those of the wall in the zone of the schedule, with the weekday there', () => {
    expect(localOf('2026-11-29T00:30:00+05:30')).toBe('Sun 2026-11-29 00:30 +05:30')
    expect(utcOf('2026-11-28T19:00:00.000Z')).toBe('2026-11-28 19:00')
  })

  it('stand as they came where they are written otherwise', () => {
    expect(localOf('half past seven')).toBe('half past seven')
  })
})
