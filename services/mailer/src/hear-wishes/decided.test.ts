import { type DeliveryOutcome, deliveryResolved } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { byPerson } from './decided.ts'

const make = eventMaker('gateway')

describe('what a person decides', () => {
  const decided = (as: 'sent' | 'resend' | 'abandon', outcome?: DeliveryOutcome, cancelAsked = false) =>
    byPerson(make(deliveryResolved, { deliveryId: 'd1', as, resolvedBy: 'asha' }), {
      cancelAsked,
      ...(outcome ? { outcome } : {}),
    })

  it('is kept with who decided and when', () => {
    expect(
      decided('sent', { kind: 'in doubt', code: 'NO_ANSWER', decisions: [], to: 'a@example.test' }),
    ).toMatchObject({
      state: 'done',
      outcome: {
        kind: 'sent',
        to: 'a@example.test',
        resolved: { by: 'asha', as: 'sent', at: expect.any(Date) },
      },
    })
    expect(decided('sent').outcome).not.toHaveProperty('code')
  })

  it('makes another mail of it when it is to go anew, each time', () => {
    const first = decided('resend').outcome
    expect(first).toMatchObject({ occurrence: 1 })
    expect(decided('resend', first)).toMatchObject({ state: 'waiting', outcome: { occurrence: 2 } })
  })

  it('cannot be to send anew what was called off meanwhile: it stays in doubt', () => {
    expect(decided('resend', undefined, true)).toMatchObject({
      state: 'in doubt',
      outcome: { code: 'CAMPAIGN_CANCELLED_AFTER_DOUBT', resolved: { by: 'asha' } },
    })
  })

  it('may be to leave it', () => {
    expect(decided('abandon')).toMatchObject({ state: 'cancelled', outcome: { code: 'ABANDONED' } })
  })
})
