import { describe, expect, it } from 'vitest'
import { dayOf, instantsOf, startOfDay } from './hospital-day.ts'

describe('a day of the hospital', () => {
  it.each([
    ['2026-03-01', 'Asia/Kolkata', '2026-02-28T18:30:00.000Z'],
    ['2026-03-01', 'UTC', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01', 'America/New_York', '2026-03-01T05:00:00.000Z'],
    // The clock changes later on these days, so midnight still has the old offset.
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z'],
    // Here the clock jumps from 00:00 to 01:00: the day begins at one.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    // Here it is put back from 00:00 to 23:00: the day begins at the second midnight.
    ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
    // Here it is put back from 01:00 to 00:00: the day begins at the first midnight.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
  ])('%s in %s begins at %s', (day, zone, instant) => {
    expect(startOfDay(day, zone).toISOString()).toBe(instant)
  })

  it('is known by any of its instants', () => {
    expect(dayOf(new Date('2026-02-28T18:29:59.999Z'), 'Asia/Kolkata')).toBe('2026-02-28')
    expect(dayOf(new Date('2026-02-28T18:30:00.000Z'), 'Asia/Kolkata')).toBe('2026-03-01')
  })

  it('is included in a period that it ends', () => {
    const { since, until } = instantsOf({ from: '2026-02-28', to: '2026-02-28' }, 'Asia/Kolkata')
    expect([since?.toISOString(), until?.toISOString()]).toEqual([
      '2026-02-27T18:30:00.000Z',
      '2026-02-28T18:30:00.000Z',
    ])
  })

  it('leaves a period open where it has no end', () => {
    expect(instantsOf({}, 'Asia/Kolkata')).toEqual({})
  })
})
