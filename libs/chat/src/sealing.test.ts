import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CannotOpenError, KeyringError, webhookKeyring } from './sealing.ts'

const [k1, k2] = [`k1:${randomBytes(32).toString('base64')}`, `k2:${randomBytes(32).toString('base64')}`]
const secret = 'https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t'

describe('a sealed webhook', () => {
  it('comes out as it went in, for its own record', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }), (text, record) => {
        const ring = webhookKeyring(k1)
        expect(ring.open(record, ring.seal(record, text.toWellFormed()))).toBe(text.toWellFormed())
      }),
      { numRuns: 30 },
    )
  })

  it('is sealed by the first key and opened by all', () => {
    const sealed = webhookKeyring(k1).seal('space', secret)
    const both = webhookKeyring(`${k2}, ${k1}`)
    expect(both.open('space', sealed)).toBe(secret)
    expect(both.seal('space', secret).keyId).toBe('k2')
    expect(both.current).toBe('k2')
  })

  it('never looks the same twice, and holds nothing to read', () => {
    const ring = webhookKeyring(k1)
    const [first, second] = [ring.seal('space', secret), ring.seal('space', secret)]
    expect(first.sealed).not.toBe(second.sealed)
    expect(Buffer.from(first.sealed, 'base64').toString('latin1')).not.toContain('token')
  })

  it('opens nothing at another record', () => {
    const ring = webhookKeyring(k1)
    const sealed = ring.seal('space', secret)
    expect(() => ring.open('other', sealed)).toThrow(CannotOpenError)
  })

  it('does not open when any of its bits was changed, or its end cut off', () => {
    const ring = webhookKeyring(k1)
    const { keyId, nonce, sealed } = ring.seal('space', secret)
    const bytes = Buffer.from(sealed, 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(() => ring.open('space', { keyId, nonce, sealed: changed.toString('base64') })).toThrow(
        CannotOpenError,
      )
    }
    for (const length of [0, 4, 15, 16, bytes.length - 1])
      expect(() =>
        ring.open('space', { keyId, nonce, sealed: bytes.subarray(0, length).toString('base64') }),
      ).toThrow(CannotOpenError)
    expect(() => ring.open('space', { keyId, nonce: '', sealed })).toThrow(CannotOpenError)
  })

  it('says which key is missing, and nothing of what it sealed', () => {
    const sealed = webhookKeyring(k1).seal('space', secret)
    expect(() => webhookKeyring(k2).open('space', sealed)).toThrow(/the key k1 is not among/)
    const other = webhookKeyring(`k1:${randomBytes(32).toString('base64')}`)
    expect(() => other.open('space', sealed)).toThrow(/^(?!.*(token|https)).*$/)
  })
})

describe('a keyring', () => {
  it.each([
    ['', /key 1 is not like/],
    ['k1', /key 1 is not like/],
    ['k1:c2hvcnQ=', /the key k1 has 5 bytes and not 32/],
    [`${k1},${k1}`, /the key k1 is there twice/],
    [`${k1},`, /key 2 is not like/],
  ])('is not %j', (text, fault) => {
    expect(() => webhookKeyring(text)).toThrow(KeyringError)
    expect(() => webhookKeyring(text)).toThrow(fault)
  })

  it('names no byte of a key in its complaint', () => {
    const half = k1.slice(0, 30)
    const complaint = (() => {
      try {
        webhookKeyring(half)
        return ''
      } catch (error) {
        return String(error)
      }
    })()
    expect(complaint).toContain('k1')
    expect(complaint).not.toContain(half.slice(3))
  })
})
