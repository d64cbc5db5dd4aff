import { type DeliveryOutcome, deliveryResolved } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { byPerson } from './decided.ts'

const make = eventMaker('gateway')

describe('what a person decides', () => {
  const decided = (as: 'sent' | 'resend' | 'abandon', outcome?: DeliveryOutcome) =>
    byPerson(make(deliveryResolved, { deliveryId: 'd1', as, resolvedBy: 'asha' }), outcome)

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

  it('may be to leave it', () => {
    expect(decided('abandon')).toMatchObject({ state: 'cancelled', outcome: { code: 'ABANDONED' } })
  })
})
