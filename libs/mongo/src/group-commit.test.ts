import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GroupCommitOptions, groupCommit } from './group-commit.ts'

describe('a group commit', () => {
  it('sends an item at once when nothing is on its way', async () => {
    const { commit, batches } = setUp()
    expect(await commit('a1')).toBe('A1')
    expect(batches).toEqual([['a1']])
  })

  it('sends together what was said together', async () => {
    const { commit, batches } = setUp()
    await Promise.all([commit('a1'), commit('b1'), commit('c1')])
    expect(batches).toEqual([['a1', 'b1', 'c1']])
  })

  it.each([
    ['goes at once', false, [['a1'], ['b1']]],
    ['waits for all that the same turn of the event loop brings, when it is patient', true, [['a1', 'b1']]],
  ])('%s', async (_, isPatient, expected) => {
    const { commit, batches } = setUp({ isPatient })
    const first = commit('a1')
    await Promise.resolve()
    await Promise.all([first, commit('b1')])
    expect(batches).toEqual(expected)
  })

  it('sends as the next what came while one was on its way', async () => {
    const { commit, batches } = setUp()
    const first = commit('a1')
    await sleep(1)
    await Promise.all([first, commit('b1'), commit('c1')])
    expect(batches).toEqual([['a1'], ['b1', 'c1']])
  })

  it('has no more in a batch, and no more batches on their way, than agreed', async () => {
    const { commit, batches, most } = setUp({ most: 3, atOnce: 2 })
    await Promise.all(Array.from({ length: 10 }, (_, n) => commit(`${n}`)))
    expect(batches.map(({ length }) => length)).toEqual([3, 3, 3, 1])
    expect(most()).toBe(2)
  })

  it('tells each caller how its own item ended', async () => {
    const { commit, batches } = setUp()
    const ends = await Promise.allSettled([commit('a1'), commit('bad'), commit('c1')])
    expect(ends).toMatchObject([{ value: 'A1' }, { reason: new Error('bad is refused') }, { value: 'C1' }])
    expect(batches).toHaveLength(1)
  })

  it('tells every caller of a batch when it failed as a whole, and goes on', async () => {
    const { commit } = setUp()
    const ends = await Promise.allSettled([commit('a1'), commit('gone')])
    expect(ends).toMatchObject([{ reason: new Error('gone') }, { reason: new Error('gone') }])
    expect(await commit('b1')).toBe('B1')
  })

  it('tries each item alone when one of them may have spoiled the batch', async () => {
    const { commit, batches } = setUp({ oneIsToBlame: () => true })
    const ends = await Promise.allSettled([commit('a1'), commit('gone'), commit('c1')])
    expect(ends).toMatchObject([{ value: 'A1' }, { reason: new Error('gone') }, { value: 'C1' }])
    expect(batches).toEqual([['a1', 'gone', 'c1'], ['a1'], ['gone'], ['c1']])
  })

  it('answers all, and keeps the order of each key, whatever comes when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(3)), { maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (said, most, atOnce, isPatient) => {
          const { commit, ended } = setUp({ most, atOnce, isPatient })
          const answers: Promise<string>[] = []
          for (const [index, [key, turns]] of said.entries()) {
            answers.push(commit(`${key}${index}`))
            for (let turn = 0; turn < turns; turn++) await Promise.resolve()
          }
          expect(await Promise.all(answers)).toEqual(
            said.map(([key], index) => `${key}${index}`.toUpperCase()),
          )
          for (const key of 'abcd') {
            const mine = ended.filter((item) => item.startsWith(key)).map((item) => Number(item.slice(1)))
            expect(mine).toEqual(mine.toSorted((a, b) => a - b))
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

/** Commits texts, whose first letter is their key, by making them large. */
function setUp(options: Partial<GroupCommitOptions<string>> = {}) {
  const batches: string[][] = []
  const ended: string[] = []
  const keysUnderWay: string[] = []
  let underWay = 0
  let most = 0
  const commit = groupCommit<string, string>(
    async (items) => {
      batches.push([...items])
      const keys = items.map((item) => item.charAt(0))
      expect(new Set([...keys, ...keysUnderWay]).size).toBe(keys.length + keysUnderWay.length)
      keysUnderWay.push(...keys)
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay -= 1
      for (const key of keys) keysUnderWay.splice(keysUnderWay.indexOf(key), 1)
      if (items.includes('gone')) throw new Error('gone')
      ended.push(...items)
      return items.map((item) =>
        item === 'bad'
          ? { status: 'rejected', reason: new Error('bad is refused') }
          : { status: 'fulfilled', value: item.toUpperCase() },
      )
    },
    { most: 100, keyOf: (item) => item.charAt(0), ...options },
  )
  return { commit, batches, ended, most: () => most }
}
