import { describe, expect, it } from 'vitest'
import { matchesStrongly, matchesWeakly } from './entity-tags.ts'

describe('an entity tag', () => {
  it.each([
    ['"7"', true, true],
    ['W/"7"', false, true],
    ['*', true, true],
    [' * ', true, true],
    ['"6", "7"', true, true],
    ['"6","7"', true, true],
    ['"a,b" , W/"7"', false, true],
    ['"6"', false, false],
    ['"6,7"', false, false],
    ['7', false, false],
    ['', false, false],
  ])('"7" is matched by %s: strongly %s, weakly %s', (header, strongly, weakly) => {
    expect([matchesStrongly(header, '"7"'), matchesWeakly(header, '"7"')]).toEqual([strongly, weakly])
  })

  it('that is weak itself is matched weakly alone', () => {
    expect([matchesStrongly('W/"7"', 'W/"7"'), matchesWeakly('"7"', 'W/"7"')]).toEqual([false, true])
  })
})
