import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EventTurns } from './event-rate.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }))
afterEach(() => vi.useRealTimers())

it('a system that says more than its share waits, loses nothing, and holds up no other system', async () => {
  const turns = new EventTurns(600, (ms) => new Promise((resolve) => setTimeout(resolve, ms)))
  let taken = 0
  for (let event = 0; event < 35; event++) void turns.next('lis').then(() => taken++)
  await vi.advanceTimersByTimeAsync(0)
  expect(taken).toBe(10)

  await turns.next('ris')
  expect([await turns.isNow('lis'), await turns.isNow('ris')]).toEqual([false, true])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(taken).toBe(20)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(taken).toBe(35)
})
