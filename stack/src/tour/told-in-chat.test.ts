import { describe, expect, it } from 'vitest'
import { toldInTime } from './told-in-chat.ts'

describe('the promise of a card within a second', () => {
  it('is kept by the first card, and says how long that took', async () => {
    const world = setUp(1_000)
    expect(await world.told()).toEqual({ ms: 1_000 })
    expect(world.done).toEqual(['attempt'])
  })

  it('may be kept by another appointment’s card once the space’s second is over, and says so', async () => {
    const world = setUp(1_001, 20)
    expect(await world.told()).toEqual({ ms: 20, firstMs: 1_001 })
    expect(world.done).toEqual(['attempt', 'rest', 'attempt'])
  })

  it('is broken by two late ones, and says by how much', async () => {
    await expect(setUp(1_400, 1_001).told()).rejects.toThrow(/after 1400 ms.*after 1001 ms/)
  })

  it('is broken at once by a card that never comes', async () => {
    const world = setUp()
    await expect(world.told()).rejects.toThrow('never came')
    expect(world.done).toEqual(['attempt'])
  })
})

function setUp(...lasting: readonly number[]) {
  const done: string[] = []
  const left = [...lasting]
  const attempt = async () => {
    done.push('attempt')
    const ms = left.shift()
    if (ms === undefined) throw new Error('it never came')
    return { ms }
  }
  const rest = async () => void done.push('rest')
  return { done, told: () => toldInTime(attempt, rest) }
}
