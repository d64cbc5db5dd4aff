import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quietUntil, usualQuietHours } from './quiet-hours.ts'

const until = (now: string, zone: string, hours = usualQuietHours) =>
  quietUntil(new Date(now), zone, hours)?.toISOString()

describe('quiet hours', () => {
  test.each([
    ['2026-11-25T15:29:59.999Z', undefined],
    ['2026-11-25T15:30:00.000Z', '2026-11-26T02:30:00.000Z'],
    ['2026-11-25T18:30:00.000Z', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26T02:29:59.999Z', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26T02:30:00.000Z', undefined],
  ])('in Kolkata at %s last until %s', (now, end) => {
    expect(until(now, 'Asia/Kolkata')).toBe(end)
  })

  test('may lie within one day', () => {
    const siesta = { from: '13:00', until: '15:00' }
    expect(until('2026-11-25T12:59:00.000Z', 'UTC', siesta)).toBeUndefined()
    expect(until('2026-11-25T13:00:00.000Z', 'UTC', siesta)).toBe('2026-11-25T15:00:00.000Z')
  })

  test('that begin when they end are none', () => {
    expect(until('2026-11-25T08:00:00.000Z', 'UTC', { from: '08:00', until: '08:00' })).toBeUndefined()
  })

  test('of the night in which clocks are set forward are an hour shorter', () => {
    expect(until('2026-03-28T20:00:00.000Z', 'Europe/Berlin')).toBe('2026-03-29T06:00:00.000Z')
  })

  test('of the night in which clocks are set back are an hour longer', () => {
    expect(until('2026-10-24T19:00:00.000Z', 'Europe/Berlin')).toBe('2026-10-25T07:00:00.000Z')
  })

  test('that end at a time which does not exist that day end when it would have been', () => {
    const hours = { from: '21:00', until: '02:30' }
    expect(until('2026-03-29T00:59:00.000Z', 'Europe/Berlin', hours)).toBe('2026-03-29T01:30:00.000Z')
  })

  test('that end at a time which comes twice end when it comes the second time', () => {
    const hours = { from: '21:00', until: '02:30' }
    expect(until('2026-10-25T00:15:00.000Z', 'Europe/Berlin', hours)).toBe('2026-10-25T01:30:00.000Z')
    expect(until('2026-10-25T01:15:00.000Z', 'Europe/Berlin', hours)).toBe('2026-10-25T01:30:00.000Z')
  })

  test('go on for a day whose only hours that are not quiet are skipped by the clock', () => {
    const hours = { from: '02:01', until: '02:00' }
    expect(until('2027-03-13T07:01:00.000Z', 'America/New_York', hours)).toBe('2027-03-15T06:00:00.000Z')
  })

  test('always end later than now, and are over then', () => {
    const zones = [
      'Asia/Kolkata',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
    ]
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((of) => {
      const two = (number: number) => String(number).padStart(2, '0')
      return `${two(Math.floor(of / 60))}:${two(of % 60)}`
    })
    const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), minute, minute, (now, zone, from, end) => {
        const over = quietUntil(now, zone, { from, until: end })
        if (!over) return
        expect(over.getTime()).toBeGreaterThan(now.getTime())
        expect(over.getTime() - now.getTime()).toBeLessThanOrEqual(50 * 3_600_000)
        expect(quietUntil(over, zone, { from, until: end })).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
  })

  test('are not asked of the calendar anew within a minute, and anew in the next', () => {
    const at = (second: string) => until(`2026-11-25T15:29:${second}Z`, 'Asia/Kolkata')
    expect([at('00.000'), at('59.999')]).toEqual([undefined, undefined])
    expect(until('2026-11-25T15:30:00.000Z', 'Asia/Kolkata')).toBe('2026-11-26T02:30:00.000Z')
  })
})
