import { describe, expect, it } from 'vitest'
import { dayBounds, dayIn, daysBounds, daysLater, daysOfMonth, monthBefore } from './calendar.ts'

const kolkata = 'Asia/Kolkata'

describe('a day of the hospital', () => {
  it('is the one on the wall, not the one in Greenwich', () => {
    expect(dayIn(new Date('2026-11-25T18:29:59Z'), kolkata)).toBe('2026-11-25')
    expect(dayIn(new Date('2026-11-25T18:30:00Z'), kolkata)).toBe('2026-11-26')
  })

  it('lasts until the next one begins, also when it has 23 hours', () => {
    expect(dayBounds('2026-03-29', 'Europe/Berlin')).toEqual({
      since: new Date('2026-03-28T23:00:00Z'),
      until: new Date('2026-03-29T22:00:00Z'),
    })
  })

  it('begins later where the clock skips midnight', () => {
    expect(dayBounds('2026-09-06', 'America/Santiago').since).toEqual(new Date('2026-09-06T04:00:00Z'))
  })
})

it('leaves a period open where one of its days is missing', () => {
  expect(daysBounds({ to: '2026-12-31' }, kolkata)).toEqual({ until: new Date('2026-12-31T18:30:00Z') })
  expect(daysBounds({}, kolkata)).toEqual({})
})

it('knows the day after the last of a month, the month before January, and the length of February', () => {
  expect(daysLater('2028-02-29', 1)).toBe('2028-03-01')
  expect(monthBefore(new Date('2026-12-31T18:30:00Z'), kolkata)).toBe('2026-12')
  expect(monthBefore(new Date('2026-12-31T18:29:00Z'), kolkata)).toBe('2026-11')
  expect(daysOfMonth('2028-02')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
})
