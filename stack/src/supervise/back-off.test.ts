import { describe, expect, it } from 'vitest'
import { backOff } from './back-off.ts'

describe('the wait before a restart', () => {
  it('doubles from half a second while the process keeps dying young', () => {
    const waits: number[] = []
    for (let crash = 0; crash < 9; crash += 1) waits.push(backOff(100, waits.at(-1)))
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('begins anew after a minute of life', () => {
    expect(backOff(60_000, 30_000)).toBe(500)
    expect(backOff(59_999, 8_000)).toBe(16_000)
  })
})
