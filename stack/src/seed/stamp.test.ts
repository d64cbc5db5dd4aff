import { describe, expect, it } from 'vitest'
import { mayStay } from './stamp.ts'

const stamp = { version: 4, anchor: '2026-03-18', appointments: 200_000 }

describe('data of an earlier start', () => {
  it('stays while nobody asks for something else', () => {
    expect(mayStay(stamp, {})).toBe(true)
    expect(mayStay(stamp, { appointments: 200_000 })).toBe(true)
  })

  it('goes when asked to, when another size is wanted, when it is of an older shape, and when seeding was interrupted', () => {
    expect(mayStay(stamp, { fresh: true })).toBe(false)
    expect(mayStay(stamp, { appointments: 2_000_000 })).toBe(false)
    expect(mayStay({ ...stamp, version: 0 }, {})).toBe(false)
    expect(mayStay(undefined, {})).toBe(false)
  })
})
