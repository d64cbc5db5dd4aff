import { testServers } from '@rounds/local-servers'
import { MongoServerError } from 'mongodb'
import { afterEach, describe, expect, it } from 'vitest'
import { groupedInserts } from './grouped-inserts.ts'
import { type MongoStore, mongoStore } from './mongo-store.ts'

let store: MongoStore
afterEach(() => store.stop())

describe('grouped inserts', () => {
  it('write all that come at once, and tell each caller of its own', async () => {
    const { insert, kept } = await setUp()
    await insert({ _id: 'taken', n: 0 })
    const ends = await Promise.allSettled(['a', 'taken', 'b', 'a'].map((_id, n) => insert({ _id, n })))
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    const refusal = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))[0]
    expect(refusal).toBeInstanceOf(MongoServerError)
    expect(refusal).toMatchObject({ code: 11_000 })
    expect(await kept()).toEqual(['a 0', 'b 2', 'taken 0'])
  })

  it('let one that cannot be written fail alone', async () => {
    const { insert, kept } = await setUp()
    const ends = await Promise.allSettled([
      insert({ _id: 'a', n: 1 }),
      insert({ _id: 'b', n: 2, text: 'x'.repeat(17_000_000) }),
      insert({ _id: 'c', n: 3 }),
    ])
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await kept()).toEqual(['a 1', 'c 3'])
  })
})

async function setUp() {
  store = mongoStore(testServers().freshDatabase(), { appName: 'inserts-test' })
  await store.start()
  const collection = store.collection<{ _id: string; n: number; text?: string }>('things')
  return {
    insert: groupedInserts(collection),
    kept: async () => (await collection.find().sort({ _id: 1 }).toArray()).map(({ _id, n }) => `${_id} ${n}`),
  }
}
