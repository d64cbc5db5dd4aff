import { describe, expect, it } from 'vitest'
import { standingOf } from './campaign-standing.ts'

const counts = {
  expected: 4,
  sent: 2,
  suppressed: 0,
  failed: 0,
  inDoubt: 2,
  cancelled: 0,
  waiting: 0,
  sending: 0,
}

describe('where a campaign stands', () => {
  it('is not sending while the mail server takes nothing', () => {
    expect(standingOf({ state: 'sending', waitsFor: 'mail server' })).toBe('waits for mail server')
    expect(standingOf({ state: 'sending', waitsFor: 'later' })).toBe('waits for later')
    expect(standingOf({ state: 'sending' })).toBe('sending')
  })

  it('is not simply completed while some are in doubt', () => {
    expect(standingOf({ state: 'completed', counts })).toBe('completed uncertain')
    expect(standingOf({ state: 'completed', counts: { ...counts, sent: 4, inDoubt: 0 } })).toBe('completed')
    expect(standingOf({ state: 'cancelled', counts })).toBe('cancelled')
  })
})
