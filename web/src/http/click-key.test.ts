import { describe, expect, it } from 'vitest'
import { clickKeys } from './click-key.ts'

const numbered = () => {
  let count = 0
  return clickKeys(() => `key-${++count}`)
}

describe('the key of a click', () => {
  it('stays for the same wish, so that a second click after a lost answer counts once', () => {
    const keys = numbered()

    expect([keys.keyFor({ report: 'a' }), keys.keyFor({ report: 'a' })]).toEqual(['key-1', 'key-1'])
  })

  it('is another for another wish', () => {
    const keys = numbered()

    expect([keys.keyFor({ report: 'a' }), keys.keyFor({ report: 'b' })]).toEqual(['key-1', 'key-2'])
  })

  it('is another once the wish was accepted: then the same again is meant', () => {
    const keys = numbered()
    keys.keyFor({ report: 'a' })
    keys.accepted()

    expect(keys.keyFor({ report: 'a' })).toBe('key-2')
  })
})
