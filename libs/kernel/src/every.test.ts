import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { every } from './every.ts'
import { silent } from './log.ts'

const untilStopped = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))

describe('a repeated task', () => {
  it('runs at once and again, never twice at a time', async () => {
    let runs = 0
    let atOnce = 0
    let mostAtOnce = 0
    const thrice = Promise.withResolvers<void>()
    const task = every(
      'task',
      1,
      async () => {
        mostAtOnce = Math.max(mostAtOnce, ++atOnce)
        await turn()
        atOnce--
        if (++runs === 3) thrice.resolve()
      },
      silent,
    )

    await task.start()
    await thrice.promise
    await task.stop()

    expect(mostAtOnce).toBe(1)
  })

  it('survives a run that throws, and says so', async () => {
    const told: unknown[] = []
    const again = Promise.withResolvers<void>()
    let runs = 0
    const task = every(
      'sweep',
      1,
      async () => {
        if (++runs === 1) throw new Error('not this time')
        again.resolve()
      },
      { error: (fields) => void told.push(fields.component) },
    )

    await task.start()
    await again.promise
    await task.stop()

    expect(told).toEqual(['sweep'])
  })

  it('is asked to stop and waited for', async () => {
    let ended = false
    const task = every(
      'slow',
      1,
      async (signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        await turn()
        ended = true
      },
      silent,
    )

    await task.start()
    await task.stop()

    expect(ended).toBe(true)
  })

  it('has run once when it has started, where that is asked for', async () => {
    let runs = 0
    const run = async () => {
      await turn()
      runs++
    }
    const task = every('indexes', 3_600_000, run, silent, { firstWithinMs: 60_000 })
    await task.start()
    expect(runs).toBe(1)
    await task.stop()
  })

  it.each([
    ['fails', async () => Promise.reject(new Error('away')), 60_000],
    ['takes too long', untilStopped, 1],
  ])('starts although its first run %s', async (_, run, firstWithinMs) => {
    const task = every('indexes', 3_600_000, run, silent, { firstWithinMs })
    await task.start()
    await task.stop()
  })

  it('can be stopped while it starts', async () => {
    const task = every('indexes', 3_600_000, untilStopped, silent, { firstWithinMs: 60_000 })
    const starting = task.start()
    await task.stop()
    await starting
  })

  it('does not wait for the next run when it stops', async () => {
    let runs = 0
    const task = every('rare', 3_600_000, async () => ++runs, silent)
    await task.start()
    await task.stop()
    expect(runs).toBe(1)
  })

  it('stops harmlessly twice and without a start, and starts once', async () => {
    let runs = 0
    const task = every('task', 3_600_000, async () => ++runs, silent)
    await task.stop()
    await task.start()
    await task.start()
    await task.stop()
    await task.stop()
    expect(runs).toBe(1)
  })
})
