import { describe, expect, it } from 'vitest'
import { boundedWindow } from './window.ts'

describe('a bounded window', () => {
  it('lets no more through at once than its size, in the order they came', async () => {
    const inWindow = boundedWindow(3)
    const begun: number[] = []
    let inside = 0
    let most = 0

    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        inWindow(async () => {
          begun.push(n)
          most = Math.max(most, ++inside)
          await new Promise(setImmediate)
          inside -= 1
        }),
      ),
    )

    expect(most).toBe(3)
    expect(begun).toEqual(begun.toSorted((a, b) => a - b))
  })

  it('is not narrowed by work that fails', async () => {
    const inWindow = boundedWindow(1)

    await expect(inWindow(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await inWindow(async () => 'next')).toBe('next')
  })
})
