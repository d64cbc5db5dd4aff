import { testServers } from '@rounds/local-servers'
import { mongoStore } from '@rounds/mongo'
import { Long } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import type { WorkDocument } from './mongo-ledger.ts'
import { openLedger } from './open-ledger.ts'

describe('a ledger in a MongoDB store', () => {
  it('makes the indexes of its ledgers, again and again', async () => {
    const url = testServers().freshDatabase()
    for (let start = 1; start <= 2; start++) {
      await using store = opened(url)
      openLedger(store, 'work', { repeating: 'safe' })
      await store.start()
      const indexes = await store.collection('work').indexes()
      expect(indexes.map(({ name }) => name).sort()).toEqual([
        '_id_',
        'keepUntil_1',
        'leaseUntil_1',
        'nextAttemptAt_1',
      ])
    }
  })

  it('finds due work and lost leases by index', async () => {
    await using store = opened(testServers().freshDatabase())
    openLedger(store, 'work', { repeating: 'safe' })
    await store.start()
    const indexOf = async (filter: object) => {
      const plan = await store.collection('work').find(filter).explain('queryPlanner')
      return JSON.stringify(plan.queryPlanner.winningPlan).match(/"indexName":"(\w+)"/)?.[1]
    }
    expect(await indexOf({ state: { $in: ['waiting'] }, $expr: { $lte: ['$nextAttemptAt', '$$NOW'] } })).toBe(
      'nextAttemptAt_1',
    )
    expect(await indexOf({ state: 'sending', $expr: { $lte: ['$leaseUntil', '$$NOW'] } })).toBe(
      'leaseUntil_1',
    )
  })

  it('counts leases and waiting in its own time, whatever a worker’s clock says', async () => {
    await using store = opened(testServers().freshDatabase())
    const ledger = openLedger<string, string>(store, 'work', { repeating: 'safe', leaseMs: 60_000 })
    await store.start()
    await ledger.accept('a', '')
    const today = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2001-01-01') })
    const claim = await ledger.claim('a')
    vi.setSystemTime(new Date('2099-01-01'))
    expect(await ledger.sweep()).toEqual({ returned: 0, doubted: 0 })
    await claim?.settle({ state: 'waiting', reason: 'busy', afterMs: 60_000 })
    expect(await ledger.claimNext()).toBeUndefined()
    vi.useRealTimers()
    expect(Number((await ledger.read('a'))?.nextAttemptAt) - today).toBeLessThan(90_000)
  })

  it('keeps keys for 400 days, and what waits for ever', async () => {
    await using store = opened(testServers().freshDatabase())
    const ledger = openLedger<string, string>(store, 'work', { repeating: 'safe' })
    await store.start()
    await ledger.accept('a', '')
    const work = store.collection<WorkDocument<string, string>>('work')
    expect(await work.findOne({ _id: 'a' })).not.toHaveProperty('keepUntil')
    await ledger.cancel('a', '')
    const { keepUntil, settledAt } = (await work.findOne({ _id: 'a' })) ?? {}
    expect(Number(keepUntil) - Number(settledAt)).toBe(400 * 24 * 3_600_000)
  })

  it('keeps the last twenty moves for people to read, and no more', async () => {
    await using store = opened(testServers().freshDatabase())
    const ledger = openLedger<string, string>(store, 'work', { repeating: 'safe' })
    await store.start()
    await ledger.accept('a', '')
    for (let attempt = 1; attempt <= 15; attempt++) {
      const claim = await ledger.claim('a')
      await claim?.settle({ state: 'waiting', reason: '$busy', afterMs: 0 })
    }
    const { history } =
      (await store.collection<WorkDocument<string, string>>('work').findOne({ _id: 'a' })) ?? {}
    expect(history).toHaveLength(20)
    expect(history?.at(-1)).toMatchObject({
      move: 'put back',
      fence: 15,
      reason: '$busy',
      at: expect.any(Date),
    })
    expect(history?.at(-2)).toMatchObject({ move: 'claim', fence: 15 })
  })

  it('keeps numbers and moments as they are', async () => {
    await using store = opened(testServers().freshDatabase())
    const ledger = openLedger<{ at: Date; rows: Long; none?: string | undefined }, string>(store, 'work', {
      repeating: 'safe',
    })
    await store.start()
    const input = {
      at: new Date('2026-03-01T10:00:00Z'),
      rows: Long.fromString('9007199254740993'),
      none: undefined,
    }
    await ledger.accept('a', input)
    const work = await ledger.read('a')
    expect(work?.input.at).toEqual(input.at)
    expect(work?.input).not.toHaveProperty('none')
  })
})

function opened(url: string) {
  const store = mongoStore(url, { appName: 'store-test' })
  return { ...store, [Symbol.asyncDispose]: () => store.stop() }
}
