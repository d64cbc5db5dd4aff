import { describe, expect, test } from 'vitest'
import { parseAddress } from './addresses.ts'
import { type GateFacts, gate } from './gate.ts'
import { usualQuietHours } from './quiet-hours.ts'

const day = 24 * 3_600_000
const noon = new Date('2026-11-25T06:30:00.000Z')
const night = new Date('2026-11-25T17:00:00.000Z')

const facts = (more: Partial<GateFacts> = {}): GateFacts => ({
  purpose: 'marketing',
  address: parseAddress('asha@example.test'),
  consent: { care: true, administrative: true, marketing: true },
  now: noon,
  hospitalZone: 'Asia/Kolkata',
  quietHours: usualQuietHours,
  frequency: { sent: [], cap: 3, windowMs: 7 * day },
  ...more,
})

const ago = (days: number) => new Date(noon.getTime() - days * day)

describe('a mail', () => {
  test('that nothing stands against is sent, and every step that was asked is told', () => {
    expect(gate(facts())).toEqual({
      verdict: { kind: 'send' },
      decisions: [
        { gate: 'address', verdict: 'pass', at: noon },
        { gate: 'suppression', verdict: 'pass', at: noon },
        { gate: 'consent', verdict: 'pass', reason: 'marketing', at: noon },
        { gate: 'frequency', verdict: 'pass', reason: '0 of 3', at: noon },
        { gate: 'quiet hours', verdict: 'pass', reason: 'Asia/Kolkata', at: noon },
      ],
    })
  })

  test('to a bad address fails, without the address in what is kept', () => {
    const { verdict, decisions } = gate(facts({ address: parseAddress('secret\r\nBcc: b@example.test') }))
    expect(verdict).toEqual({ kind: 'fail', reason: 'BAD_ADDRESS' })
    expect(decisions).toEqual([
      { gate: 'address', verdict: 'fail', reason: 'BAD_ADDRESS: CONTROL_CHARACTER', at: noon },
    ])
  })

  test.each([
    ['bounced', 'BOUNCED'],
    ['refused', 'REFUSED_BEFORE'],
    ['by hand', 'SUPPRESSED_BY_HAND'],
    ['complaint', 'COMPLAINED'],
    ['unsubscribed', 'UNSUBSCRIBED'],
  ] as const)('to an address that is suppressed as %s is not sent', (reason, code) => {
    expect(gate(facts({ suppression: { reason } })).verdict).toEqual({ kind: 'suppress', reason: code })
  })

  test.each([
    ['bounced', 'suppress'],
    ['refused', 'suppress'],
    ['by hand', 'suppress'],
    ['complaint', 'send'],
    ['unsubscribed', 'send'],
  ] as const)('of care to an address that is suppressed as %s: %s', (reason, kind) => {
    expect(gate(facts({ purpose: 'care', suppression: { reason } })).verdict.kind).toBe(kind)
  })

  test.each(['care', 'administrative', 'marketing'] as const)(
    'of purpose %s needs consent to just that',
    (purpose) => {
      const all = { care: true, administrative: true, marketing: true }
      const none = { care: false, administrative: false, marketing: false }
      expect(gate(facts({ purpose, consent: { ...all, [purpose]: false } })).verdict).toEqual({
        kind: 'suppress',
        reason: 'NO_CONSENT',
      })
      expect(gate(facts({ purpose, consent: { ...none, [purpose]: true } })).verdict).toEqual({
        kind: 'send',
      })
    },
  )

  test('that cannot be sent at all does not wait for the morning first', () => {
    const never = facts({ now: night, consent: { care: true, administrative: true, marketing: false } })
    expect(gate(never).verdict.kind).toBe('suppress')
  })
})

describe('at night', () => {
  test.each(['marketing', 'administrative'] as const)('%s waits until eight in the morning', (purpose) => {
    expect(gate(facts({ purpose, now: night })).verdict).toEqual({
      kind: 'wait',
      reason: 'QUIET_HOURS',
      until: new Date('2026-11-26T02:30:00.000Z'),
    })
  })

  test('care does not wait', () => {
    expect(gate(facts({ purpose: 'care', now: night })).verdict).toEqual({ kind: 'send' })
  })

  test('it is night where the recipient is', () => {
    expect(gate(facts({ now: night, zone: 'America/New_York' })).verdict).toEqual({ kind: 'send' })
    expect(gate(facts({ now: noon, zone: 'America/New_York' })).verdict.kind).toBe('wait')
  })

  test('a zone that does not exist is taken for the hospital’s, and that is told', () => {
    const { verdict, decisions } = gate(facts({ now: night, zone: 'Mars/Olympus' }))
    expect(verdict.kind).toBe('wait')
    expect(decisions.at(-1)?.reason).toBe('QUIET_HOURS: Asia/Kolkata')
  })
})

describe('who got much lately', () => {
  test('waits until the first of it is a week old', () => {
    const sent = [ago(1), ago(6), ago(3)]
    expect(gate(facts({ frequency: { sent, cap: 3, windowMs: 7 * day } })).verdict).toEqual({
      kind: 'wait',
      reason: 'MAIL_FREQUENCY_CAP',
      until: new Date(noon.getTime() + day),
    })
  })

  test('who got more than the cap waits until fewer than the cap remain', () => {
    const sent = [ago(1), ago(2), ago(3), ago(6)]
    expect(gate(facts({ frequency: { sent, cap: 2, windowMs: 7 * day } })).verdict).toMatchObject({
      until: new Date(noon.getTime() + 5 * day),
    })
  })

  test('what is older than the window does not count', () => {
    const sent = [ago(7), ago(8), ago(9)]
    expect(gate(facts({ frequency: { sent, cap: 1, windowMs: 7 * day } })).verdict).toEqual({ kind: 'send' })
  })

  test('gets care all the same', () => {
    const sent = [ago(1), ago(1), ago(1)]
    const { verdict } = gate(facts({ purpose: 'care', frequency: { sent, cap: 1, windowMs: 7 * day } }))
    expect(verdict).toEqual({ kind: 'send' })
  })
})
