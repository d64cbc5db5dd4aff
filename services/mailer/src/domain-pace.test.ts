import { describe, expect, it } from 'vitest'
import { domainPace, readDomainRates } from './domain-pace.ts'

describe('rates by domain', () => {
  it('are read, and what cannot be read is refused', () => {
    expect(readDomainRates(' Example.test=10, *=0.5 ')).toEqual(
      new Map([
        ['example.test', 10],
        ['*', 0.5],
      ]),
    )
    expect(readDomainRates('')).toEqual(new Map())
    for (const wrong of ['example.test', 'a=0', 'a=-1', 'a=1=2', '@=1'])
      expect(readDomainRates(wrong)).toBeUndefined()
  })
})

describe('the pace', () => {
  it('spreads mail to one domain, and leaves the others alone', () => {
    const paceOf = domainPace(new Map([['slow.test', 2]]), { now: () => 0 })
    expect([paceOf('slow.test'), paceOf('slow.test'), paceOf('slow.test')]).toEqual([0, 500, 1_000])
    expect(paceOf('other.test')).toBe(0)
  })

  it('gives no turn to what would have to wait long, so that asking costs nobody theirs', () => {
    let now = 0
    const paceOf = domainPace(new Map([['*', 1]]), { now: () => now })
    expect([paceOf('a'), paceOf('a'), paceOf('a'), paceOf('a')]).toEqual([0, 1_000, 2_000, 2_000])
    now = 2_000
    expect(paceOf('a')).toBe(0)
  })
})
