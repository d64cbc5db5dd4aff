import { silent } from '@rounds/kernel'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TurnReport } from './deliver-to-space.ts'
import { type Desk, desk } from './dispatcher.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const quiet: TurnReport = { afterMs: 1_000, isMore: false, failures: 0 }

describe('the desk', () => {
  it('begins the turn of a free space with the post that has just been heard of', async () => {
    const world = await setUp()
    await world.hear('a')
    expect(world.done).toEqual(['at once a'])
  })

  it('writes down what comes while a space speaks, and takes one turn for all of it a second after the answer', async () => {
    const world = await setUp()
    await world.hear('a')
    await world.hear('a')
    await world.hear('a')
    world.answer('a', quiet)
    await vi.advanceTimersByTimeAsync(990)
    expect(world.done).toEqual(['at once a', 'accept a', 'accept a'])
    await vi.advanceTimersByTimeAsync(20)
    expect(world.done.slice(3)).toEqual(['turn a'])
  })

  it('gives other spaces their turns meanwhile', async () => {
    const world = await setUp()
    await world.hear('a')
    await world.hear('b')
    expect(world.done).toEqual(['at once a', 'at once b'])
  })

  it('takes another turn as long as more waits, and none when nothing does', async () => {
    const world = await setUp()
    world.desk.ring('a')
    world.answer('a', { ...quiet, isMore: true })
    await vi.advanceTimersByTimeAsync(1_010)
    world.answer('a', quiet)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(world.done).toEqual(['turn a', 'turn a'])
  })

  it('asks again when a turn broke off', async () => {
    const world = await setUp()
    world.desk.ring('a')
    world.breakOff('a')
    await vi.advanceTimersByTimeAsync(1_010)
    expect(world.done).toEqual(['turn a', 'turn a'])
  })

  it('leaves a stopped space alone until somebody rings', async () => {
    const world = await setUp()
    world.desk.ring('a')
    world.answer('a', { afterMs: undefined, isMore: true, failures: 0 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(world.done).toEqual(['turn a'])
    world.desk.ring('a')
    expect(world.done).toEqual(['turn a', 'turn a'])
  })

  it('finds by itself what waits in the ledger', async () => {
    const world = await setUp({ waiting: ['a'] })
    await vi.advanceTimersByTimeAsync(0)
    expect(world.done).toEqual(['turn a'])
  })

  it('lets no space that hangs delay another: it goes on without a hand', async () => {
    const world = await setUp({ concurrency: 2 })
    for (const space of ['hangs', 'hangs-too', 'well']) world.desk.ring(space)
    expect(world.done).toEqual(['turn hangs', 'turn hangs-too'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(world.done).toContain('turn well')
  })

  it('gives no more than half of its hands to spaces that did not answer', async () => {
    const world = await setUp({ concurrency: 2 })
    for (const space of ['a', 'b']) {
      world.desk.ring(space)
      world.answer(space, { afterMs: 0, isMore: true, failures: 1 })
    }
    await vi.advanceTimersByTimeAsync(0)
    world.desk.ring('c')
    expect(world.done).toEqual(['turn a', 'turn b', 'turn a', 'turn c'])
  })

  it('does not acknowledge what is not written down', async () => {
    const world = await setUp({ accept: () => Promise.reject(new Error('the database is away')) })
    await expect(world.hear('a')).rejects.toThrow('away')
  })

  it('waits for turns in hand when it stops, and begins none', async () => {
    const world = await setUp()
    world.desk.ring('a')
    const stopped = world.desk.stop()
    world.desk.ring('b')
    world.answer('a', { ...quiet, isMore: true })
    await stopped
    expect(world.done).toEqual(['turn a'])
  })
})

interface Setting {
  readonly concurrency?: number
  readonly waiting?: readonly string[]
  readonly accept?: () => Promise<never>
}

async function setUp({ concurrency = 10, waiting = [], accept }: Setting = {}) {
  const done: string[] = []
  const turns = new Map<string, PromiseWithResolvers<TurnReport>>()
  const begin = (what: string, spaceId: string) => {
    done.push(`${what} ${spaceId}`)
    const turn = Promise.withResolvers<TurnReport>()
    turns.set(spaceId, turn)
    return turn.promise
  }
  const place: Desk = desk({
    posts: {
      accept: async (_, { spaceId }) => {
        done.push(`accept ${spaceId}`)
        return {} as never
      },
    },
    teller: {
      takeTurn: (spaceId) => begin('turn', spaceId),
      sendImmediately: ({ input }) => ({
        accepted: accept?.() ?? Promise.resolve(),
        report: begin('at once', input.spaceId),
      }),
    },
    spacesWithPosts: async () => waiting,
    concurrency,
    log: silent,
  })
  await place.start()
  await vi.advanceTimersByTimeAsync(0)
  return {
    desk: place,
    done,
    hear: (spaceId: string) =>
      place.accept(
        { key: 'post', input: { spaceId, kind: 'news', at: new Date(), cause: { correlationid: 'story' } } },
        undefined,
      ),
    answer: (spaceId: string, report: TurnReport) => turns.get(spaceId)?.resolve(report),
    breakOff: (spaceId: string) => turns.get(spaceId)?.reject(new Error('the database is away')),
  }
}
