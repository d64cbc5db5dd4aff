import { describe, expect, it } from 'vitest'
import { mayBeChecked } from './may-be-checked.ts'

const startsAt = '2026-11-22T19:00:00Z' // 23 November, half past midnight, in India

describe('marking an appointment checked', () => {
  it.each([
    ['booked', '2026-11-23', true],
    ['missed', '2026-11-24', true],
    ['booked', '2026-11-22', false],
    ['checked', '2026-11-23', false],
    ['cancelled', '2026-11-23', false],
  ] as const)('when it is %s, on %s: %s', (status, today, expected) => {
    expect(mayBeChecked({ status, startsAt }, today, 'Asia/Kolkata')).toBe(expected)
  })
})
