import { describe, expect, it } from 'vitest'
import { pool } from './smtp-pool.ts'

describe('a pool', () => {
  it('keeps what was used for those who come next, and opens no more than it may', async () => {
    const world = setUp({ size: 2 })
    await Promise.all(Array.from({ length: 20 }, () => world.use(async () => {})))
    expect(world.opened).toBeLessThanOrEqual(2)
    expect(world.members.count()).toBeLessThanOrEqual(2)
  })

  it('gives the place of one that could not be opened to the next', async () => {
    const world = setUp({ size: 1, fails: 1 })
    const ends = await Promise.allSettled([world.use(async () => 'first'), world.use(async () => 'second')])
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('closes what broke, what served long enough, and all of it at the end', async () => {
    const world = setUp({ size: 1, usesAtMost: 2 })
    for (let n = 0; n < 4; n++) await world.use(async () => {})
    expect(world.opened).toBe(2)
    await world.use(async (item) => {
      item.isBroken = true
    })
    await world.use(async () => {})
    expect([world.opened, world.closed]).toEqual([4, 3])
    world.members.close()
    expect(world.closed).toBe(4)
  })

  it('tells whether something is fresh: only a kept one may have ended meanwhile', async () => {
    const world = setUp({ size: 1 })
    const seen: boolean[] = []
    for (let n = 0; n < 3; n++) await world.use(async (_, isFresh) => void seen.push(isFresh))
    expect(seen).toEqual([true, false, false])
  })

  it('lets whoever waits leave the line, and the next ones get their turn', async () => {
    const world = setUp({ size: 1 })
    const held = Promise.withResolvers<void>()
    const leaver = new AbortController()
    const [first, second, third] = [
      world.use(() => held.promise),
      world.use(async () => {}, leaver.signal),
      world.use(async () => {}),
    ]
    leaver.abort(new Error('no longer wanted'))
    await expect(second).rejects.toThrow('no longer wanted')
    await expect(world.use(async () => {}, leaver.signal)).rejects.toThrow('no longer wanted')
    held.resolve()
    await Promise.all([first, third])
    expect(world.members.count()).toBe(1)
  })
})

function setUp({ size, usesAtMost = 100, fails = 0 }: { size: number; usesAtMost?: number; fails?: number }) {
  const world = { opened: 0, closed: 0 }
  let left = fails
  const members = pool({
    size,
    usesAtMost,
    idleMs: 60_000,
    open: async () => {
      if (left-- > 0) throw new Error('away')
      world.opened += 1
      return { isBroken: false }
    },
    close: () => {
      world.closed += 1
    },
    isUsable: ({ isBroken }) => !isBroken,
  })
  type Work = Parameters<typeof members.use>[0]
  return Object.assign(world, {
    members,
    use: (work: Work, leave = new AbortController().signal) => members.use(work, leave),
  })
}
