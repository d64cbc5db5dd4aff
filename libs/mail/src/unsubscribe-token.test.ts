import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressHash, readUnsubscribeToken, unsubscribeToken } from './unsubscribe-token.ts'

const keys = { current: 'k2', secrets: { k1: 'the secret of last year', k2: 'the secret of this year' } }
const wish = { recipient: 'p1', purpose: 'marketing', batchId: 'campaign-1' } as const

describe('an unsubscribe token', () => {
  test('says who no longer wants what', () => {
    expect(readUnsubscribeToken(unsubscribeToken(wish, keys), keys)).toEqual(wish)
  })

  test('needs no escaping in a URL and is the same each time', () => {
    const token = unsubscribeToken(wish, keys)
    expect(encodeURIComponent(token)).toBe(token)
    expect(unsubscribeToken(wish, keys)).toBe(token)
  })

  test('holds no address, but a hash that cannot be guessed without the secret', () => {
    const recipient = addressHash('asha@example.test', 'the secret of addresses')
    const token = unsubscribeToken({ ...wish, recipient }, keys)
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).not.toContain('asha')
    expect(recipient).not.toBe(addressHash('asha@example.test', 'another secret'))
    expect(() => unsubscribeToken({ ...wish, recipient: 'asha@example.test' }, keys)).toThrow('identifiers')
  })

  test('from last year still works, until its key is thrown away', () => {
    const old = unsubscribeToken(wish, { ...keys, current: 'k1' })
    expect(readUnsubscribeToken(old, keys)).toEqual(wish)
    expect(readUnsubscribeToken(old, { current: 'k2', secrets: { k2: keys.secrets.k2 } })).toBeUndefined()
  })

  test('signed by a key under another name is not taken', () => {
    const [, payload, signature] = unsubscribeToken(wish, keys).split('.')
    expect(readUnsubscribeToken(`k1.${payload}.${signature}`, keys)).toBeUndefined()
  })

  test.each(['', '.', '..', '...', 'k2', 'k2..', 'toString.a.b', '__proto__.a.b', 'x'.repeat(1_000_000)])(
    'that is none is refused: %.20s',
    (token) => {
      expect(readUnsubscribeToken(token, keys)).toBeUndefined()
    },
  )

  test('with any one character changed, added or taken is refused', () => {
    const token = unsubscribeToken(wish, keys)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.string({ unit: 'binary', maxLength: 2 }), (at, put) => {
        const changed = token.slice(0, at) + put + token.slice(at + 1)
        if (changed !== token) expect(readUnsubscribeToken(changed, keys)).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })
})
