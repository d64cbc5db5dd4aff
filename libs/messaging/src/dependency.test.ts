import { type Log, silent } from '@rounds/kernel'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dependency } from './dependency.ts'

describe('what handlers depend on', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is there for whoever depends on nothing', async () => {
    const nothing = dependency(undefined, silent)
    expect(await nothing.isThere()).toBe(true)
    expect(nothing.isAway()).toBe(false)
  })

  it('is asked at most once a second, by all consumers together', async () => {
    const ready = vi.fn(async () => {})
    const database = dependency(ready, silent)

    await Promise.all([database.isThere(), database.isThere()])
    await vi.advanceTimersByTimeAsync(999)
    await database.isThere()
    expect(ready).toHaveBeenCalledTimes(1)

    await vi.advanceTimersByTimeAsync(1)
    await database.isThere()
    expect(ready).toHaveBeenCalledTimes(2)
  })

  it('is asked anew as soon as a handler failed', async () => {
    const ready = vi.fn(async () => {})
    const database = dependency(ready, silent)
    await database.isThere()

    database.doubt()
    ready.mockRejectedValueOnce(new Error('no primary'))

    expect(await database.isThere()).toBe(false)
    expect(database.isAway()).toBe(true)
  })

  it('counts as away when it takes the question and never answers', async () => {
    const database = dependency(() => new Promise(() => {}), silent)
    const asked = database.isThere()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await asked).toBe(false)
  })

  it('is said to be away once, and to be back once', async () => {
    const log: Log = { ...silent, warn: vi.fn(), info: vi.fn() }
    const ready = vi.fn(() => Promise.reject(new Error('no primary')))
    const database = dependency(ready, log)
    for (let look = 0; look < 3; look++) {
      await database.isThere()
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(log.warn).toHaveBeenCalledTimes(1)

    ready.mockResolvedValue(undefined as never)
    expect(await database.isThere()).toBe(true)
    expect(log.info).toHaveBeenCalledTimes(1)
  })
})
