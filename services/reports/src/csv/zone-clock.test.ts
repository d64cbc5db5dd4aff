import { describe, expect, it } from 'vitest'
import { isoWithOffset, readableTime, zoneClock } from './zone-clock.ts'

describe('the wall clock of a zone', () => {
  it.each([
    ['Asia/Kolkata', '2026-01-31T04:00:00Z', '2026-01-31T09:30:00+05:30'],
    ['Asia/Kolkata', '2026-01-31T19:00:00Z', '2026-02-01T00:30:00+05:30'],
    ['UTC', '2026-01-31T04:00:00.25Z', '2026-01-31T04:00:00.250+00:00'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', '2026-01-01T05:45:00+05:45'],
    ['America/St_Johns', '2026-01-01T00:00:00Z', '2025-12-31T20:30:00-03:30'],
    // New York springs forward at 07:00 UTC, and falls back at 06:00 UTC.
    ['America/New_York', '2026-03-08T06:59:59Z', '2026-03-08T01:59:59-05:00'],
    ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08T03:00:00-04:00'],
    ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T01:30:00-04:00'],
    ['America/New_York', '2026-11-01T06:30:00Z', '2026-11-01T01:30:00-05:00'],
    // Lord Howe moves by half an hour.
    ['Australia/Lord_Howe', '2026-04-04T14:59:59Z', '2026-04-05T01:59:59+11:00'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '2026-04-05T01:30:00+10:30'],
    // Before there were standard offsets: rounded to minutes, and still the same instant.
    ['Asia/Kolkata', '1850-01-01T00:00:00Z', '1850-01-01T05:53:00+05:53'],
  ])('shows, in %s, %s as %s', (zone, instant, shown) => {
    expect(isoWithOffset(new Date(instant), zoneClock(zone))).toBe(shown)
    expect(new Date(shown)).toEqual(new Date(instant))
  })

  it('agrees with Intl at every quarter of an hour of a year with two changes', () => {
    const zone = 'Europe/Berlin'
    const clock = zoneClock(zone)
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
    })
    for (let ms = Date.UTC(2026, 2, 27); ms < Date.UTC(2026, 9, 28); ms += 45 * 60_000) {
      const [, day, month, year, time] = /(\d+)\/(\d+)\/(\d+), (.*)/.exec(parts.format(ms)) ?? []
      expect(isoWithOffset(new Date(ms), clock).slice(0, 19)).toBe(`${year}-${month}-${day}T${time}`)
    }
  })

  it('writes dates as people read them', () => {
    expect(readableTime(new Date('2026-01-31T04:05:59Z'), zoneClock('Asia/Kolkata'))).toBe(
      '31-Jan-2026 09:35',
    )
  })

  it('refuses a zone that does not exist', () => {
    expect(() => zoneClock('Asia/Atlantis')).toThrow(RangeError)
  })
})

describe('the start of a day', () => {
  it.each([
    ['Asia/Kolkata', '2026-01-31', '2026-01-30T18:30:00Z'],
    ['UTC', '2024-02-29', '2024-02-29T00:00:00Z'],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00Z'],
    ['America/New_York', '2026-03-09', '2026-03-09T04:00:00Z'],
    // Cairo's clocks jump from midnight to one: the day begins at one.
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z'],
    // Havana's clocks go back from one to midnight: the first midnight counts.
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z'],
    // Toronto jumped at half past eleven in the evening, in 1919.
    ['America/Toronto', '1919-03-31', '1919-03-31T04:30:00Z'],
    // Samoa had no 30 December 2011 at all.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z'],
  ])('in %s, %s begins at %s', (zone, day, instant) => {
    expect(zoneClock(zone).startOf(day)).toEqual(new Date(instant))
  })
})
