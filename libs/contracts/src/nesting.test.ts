import { describe, expect, it } from 'vitest'
import { deepestNesting, isTooDeep } from './nesting.ts'

describe('JSON', () => {
  const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

  it.each([
    ['a number', 1, false],
    ['as deep as it may be', nested(deepestNesting + 1), false],
    ['one deeper', nested(deepestNesting + 2), true],
    ['deeper than the stack', nested(100_000), true],
    ['wide and flat', Array.from({ length: 100_000 }, () => ({ a: 1 })), false],
  ])('%s', (_what, value, isDeep) => {
    expect(isTooDeep(value)).toBe(isDeep)
  })
})
