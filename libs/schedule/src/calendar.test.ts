import { describe, expect, it } from 'vitest'
import { dayBegins, dayBounds, dayIn, daysBounds, daysLater, daysOfMonth, monthBefore } from './calendar.ts'

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

  it.each([
    ['2026-03-01', 'Asia/Kolkata', '2026-02-28T18:30:00.000Z'],
    ['2026-03-01', 'UTC', '2026-03-01T00:00:00.000Z'],
    // The clock changes later on these days, so midnight still has the old offset.
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z'],
    // Here the clock jumps from 00:00 to 01:00: the day begins at one.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    // Here it is put back from 00:00 to 23:00: the day begins at the second midnight.
    ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
    // Here it is put back from 01:00 to 00:00: the day begins at the first midnight.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
  ])('%s in %s begins at %s', (day, zone, instant) => {
    expect(dayBegins(day, zone).toISOString()).toBe(instant)
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
