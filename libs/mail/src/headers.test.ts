import { identifier } from '@rounds/contracts'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { appointmentOccasion, deliveryKeys } from './delivery-key.ts'
import { deliveryKeyOf, type HeaderFacts, mailHeaders, messageIdOf } from './headers.ts'

const keyOf = deliveryKeys('a secret of the tests, long enough')
const mail = { occasion: 'campaign-1', recipientId: 'p1', template: 'announcement' }

describe('a delivery key', () => {
  test('is the same for the same mail, an identifier, and tells nothing', () => {
    expect(keyOf(mail)).toBe(deliveryKeys('a secret of the tests, long enough')({ ...mail }))
    expect(Value.Check(identifier('a key'), keyOf(mail))).toBe(true)
    expect(keyOf(mail)).toMatch(/^[0-9a-f]{32}$/)
  })

  test('differs by occasion, recipient, template and secret', () => {
    const keys = [
      keyOf(mail),
      keyOf({ ...mail, occasion: 'campaign-2' }),
      keyOf({ ...mail, recipientId: 'p2' }),
      keyOf({ ...mail, template: 'visit-reminder' }),
      deliveryKeys('another secret of the tests')(mail),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('is new for a visit that was moved, and the same for one that was not', () => {
    const reminder = (version: number, offset: string) =>
      keyOf({ ...mail, occasion: appointmentOccasion('a1', version, offset) })
    expect(reminder(1, 'same-day')).toBe(reminder(1, 'same-day'))
    expect(new Set([reminder(1, 'same-day'), reminder(2, 'same-day'), reminder(1, 'day-before')]).size).toBe(
      3,
    )
  })

  test('does not run its parts together', () => {
    const text = fc.string({ maxLength: 6 })
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        const one = keyOf({ occasion: a, recipientId: b, template: 't' })
        const other = keyOf({ occasion: c, recipientId: d, template: 't' })
        expect(one === other).toBe(a === c && b === d)
      }),
    )
  })
})

describe('a Message-ID', () => {
  test('leads back to its delivery, with and without brackets', () => {
    const id = messageIdOf(keyOf(mail), 3, 'mail.example.test')
    const delivery = { deliveryKey: keyOf(mail), occurrence: 3 }
    expect(deliveryKeyOf(id, 'mail.example.test')).toEqual(delivery)
    expect(deliveryKeyOf(id.slice(1, -1), 'MAIL.example.test')).toEqual(delivery)
  })

  test.each([
    '',
    '<a@b>',
    '<key.0@elsewhere.test>',
    '<key.x@mail.example.test>',
    '<key@mail.example.test>',
    '<a.0@mail.example.test> <b.0@mail.example.test>',
    '<../x.0@mail.example.test>',
    `<${'a'.repeat(65)}.0@mail.example.test>`,
  ])('that is not ours leads nowhere: %s', (id) => {
    expect(deliveryKeyOf(id, 'mail.example.test')).toBeUndefined()
  })
})

describe('headers', () => {
  const facts: HeaderFacts = {
    deliveryKey: keyOf(mail),
    occurrence: 0,
    lane: 'care',
    template: 'visit-reminder',
    mailDomain: 'mail.example.test',
  }
  const unsubscribeUrl = 'https://rounds.example.test/u/k1.abc.def'

  test('of a care mail say that a machine wrote it, and nothing of lists', () => {
    expect(mailHeaders(facts)).toEqual({
      'Message-ID': `<${keyOf(mail)}.0@mail.example.test>`,
      'X-Delivery-Key': keyOf(mail),
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    })
  })

  test('of a bulk mail let its reader go with one click', () => {
    expect(mailHeaders({ ...facts, lane: 'bulk', template: 'announcement', unsubscribeUrl })).toMatchObject({
      Precedence: 'bulk',
      'List-ID': '<announcement.mail.example.test>',
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
  })

  test('promise one click only where RFC 8058 lets them, or on this machine', () => {
    const oneClick = (url: string) =>
      'List-Unsubscribe-Post' in mailHeaders({ ...facts, unsubscribeUrl: url })
    expect(['https://rounds.example.test/u/t', 'http://localhost:8080/u/t'].map(oneClick)).toEqual([
      true,
      true,
    ])
    expect(oneClick('http://rounds.example.test/u/t')).toBe(false)
    expect(() => oneClick('javascript:alert(1)')).toThrow('web address')
  })

  test.each([
    { deliveryKey: 'key\r\nBcc: a@example.test' },
    { mailDomain: 'example.test\nX: y' },
    { lane: 'bulk' as const, template: 'a\0b' },
  ])('throw before a value leaves its line: %j', (broken) => {
    expect(() => mailHeaders({ ...facts, ...broken })).toThrow('leave its line')
  })

  test('hold no line break, whatever the link is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const { 'List-Unsubscribe': header = '' } = mailHeaders({
          ...facts,
          unsubscribeUrl: `https://rounds.example.test/${path}`,
        })
        expect(header).toMatch(/^<[\x21-\x7e]+>$/)
        expect(header.slice(1, -1)).not.toMatch(/[<>]/)
      }),
    )
  })
})
