import { expect, it } from 'vitest'
import { contest } from './contest.ts'

const nobody = { runs: 2, tell: () => {} }

it('lets everyone go in turns, beginning with another one each time, and does not count the warm-up', async () => {
  const order: string[] = []
  const variant = (name: string) => ({
    name,
    pids: () => [],
    run: async () => {
      order.push(name)
      return { nth: order.length }
    },
  })

  const rows = await contest('who', [variant('a'), variant('b')], nobody)

  expect(order.join('')).toBe('abbaab')
  expect(rows).toMatchObject([
    { bench: 'who', variant: 'a', unit: 'nth', min: 4, max: 5, runs: 2 },
    { bench: 'who', variant: 'b', unit: 'nth', min: 3, max: 6, runs: 2 },
  ])
})

it('warms up as often as it is told', async () => {
  let times = 0
  const variant = { name: 'a', pids: () => [], run: async () => ({ nth: ++times }) }
  expect(await contest('who', [variant], { ...nobody, warmUps: 3 })).toMatchObject([{ min: 4, max: 5 }])
})

it('says who could not be measured', async () => {
  const broken = { name: 'broken', pids: () => [], run: () => Promise.reject(new Error('no')) }
  await expect(contest('who', [broken], nobody)).rejects.toThrow('broken could not be measured')
})
