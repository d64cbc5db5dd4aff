import { expect, it } from 'vitest'
import { daysOf, type Period } from './period.ts'

// Half past midnight on Sunday 1 March 2026 in India, where it is still February in UTC.
const seenFrom = new Date('2026-02-28T19:00:00Z')

it.each<[Period, string, string]>([
  ['today', '2026-03-01', '2026-03-01'],
  ['yesterday', '2026-02-28', '2026-02-28'],
  ['last-week', '2026-02-16', '2026-02-22'],
  ['last-month', '2026-02-01', '2026-02-28'],
])('`%s` is seen from the zone’s own day', (period, from, to) => {
  expect(daysOf(period, seenFrom, 'Asia/Kolkata')).toEqual({ from, to })
})
