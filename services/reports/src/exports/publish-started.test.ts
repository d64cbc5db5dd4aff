import { type HospitalEvent, reportStarted } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tellStart } from './publish-started.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('that an attempt began', () => {
  it('is left to the ending when that is near, and said no second time', async () => {
    const { start, said } = setUp()

    expect(await start.left()).toEqual([event])
    await vi.advanceTimersByTimeAsync(60_000)

    expect(said).toEqual([])
  })

  it('is said by itself once it lasts, and not again with the ending', async () => {
    const { start, said } = setUp()
    await vi.advanceTimersByTimeAsync(300)

    expect(said).toEqual([event])
    expect(await start.left()).toEqual([])
  })

  it('is waited for when it is just being said, so that the ending comes after it', async () => {
    const writing = Promise.withResolvers<void>()
    const { start } = setUp(() => writing.promise)
    await vi.advanceTimersByTimeAsync(300)
    let left: readonly HospitalEvent[] | undefined
    const asking = start.left().then((events) => {
      left = events
    })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(left).toBeUndefined()

    writing.resolve()
    await asking
    expect(left).toEqual([])
  })

  it('is said with the ending when it could not be said before', async () => {
    const { start } = setUp(() => Promise.reject(new Error('the database is away')))
    await vi.advanceTimersByTimeAsync(300)

    expect(await start.left()).toEqual([event])
  })

  it('is said at once where there will be no ending, and once', async () => {
    const { start, said } = setUp()
    await start.now()
    await start.now()
    await vi.advanceTimersByTimeAsync(60_000)

    expect(said).toEqual([event])
  })

  it('is not said any more of what nobody goes on with', async () => {
    const { start, said } = setUp()
    start[Symbol.dispose]()
    await vi.advanceTimersByTimeAsync(60_000)

    expect(said).toEqual([])
  })
})

const event = eventMaker('reports')(reportStarted, { reportId: 'r1', attempt: 1 })

function setUp(write: () => Promise<void> = async () => {}) {
  const said: HospitalEvent[] = []
  const start = tellStart(event, async (events) => {
    said.push(...events)
    await write()
  })
  return { start, said }
}
