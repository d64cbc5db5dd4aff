import { reportCancelled } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { eventMaker } from '@rounds/messaging'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Change, groupedChanges } from './grouped-changes.ts'
import { type MongoStore, mongoStore } from './mongo-store.ts'
import type { WithOutbox } from './outbox.ts'

let store: MongoStore
beforeEach(async () => {
  store = mongoStore(testServers().freshDatabase(), { appName: 'grouped-changes-test' })
  await store.start()
})
afterEach(() => store.stop())

describe('grouped changes', () => {
  it('ask once and write once for all that come at once', async () => {
    const { replica, count, stored } = await setUp('a', 'b', 'c')
    const change = replica()

    const rows = await Promise.all(['a', 'b', 'c'].map((key) => change(fact(key, 'x'))))

    expect(rows.map((row) => row?.facts)).toEqual([['x'], ['x'], ['x']])
    expect(count()).toEqual({ reads: 1, writes: 1 })
    expect(await stored()).toEqual(['a 2 x', 'b 2 x', 'c 2 x'])
  })

  it('make those of one row in their order, as one version', async () => {
    const { replica, count, stored } = await setUp('a')
    const change = replica()

    const rows = await Promise.all(['x', 'y', 'z'].map((word) => change(fact('a', word))))

    expect(rows.map((row) => row?.version)).toEqual([2, 2, 2])
    expect(count()).toEqual({ reads: 1, writes: 1 })
    expect(await stored()).toEqual(['a 2 x,y,z'])
  })

  it('write nothing for what is told twice or too late, and answer nothing where there is no row', async () => {
    const { replica, count, stored } = await setUp('a')
    const change = replica()
    await change(fact('a', 'x'))
    const before = count().writes

    const [again, late, missing] = await Promise.all([
      change(fact('a', 'x')),
      change({ key: 'a', move: (row) => row }),
      change(fact('nobody', 'x')),
    ])

    expect([again?.version, late?.version, missing]).toEqual([2, 2, undefined])
    expect(count().writes).toBe(before)
    expect(await stored()).toEqual(['a 2 x'])
  })

  it('refuse one that throws, alone', async () => {
    const { replica, stored } = await setUp('a', 'b')
    const change = replica()
    const refusal = new Error('it has ended')
    const throwing = {
      key: 'a',
      move: () => {
        throw refusal
      },
    }

    const ends = await Promise.allSettled([
      change(fact('a', 'x')),
      change(throwing),
      change(fact('a', 'y')),
      change(fact('b', 'x')),
    ])

    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(ends[1]).toMatchObject({ reason: refusal })
    expect(await stored()).toEqual(['a 2 x,y', 'b 2 x'])
  })

  it('let one that cannot be written fail alone', async () => {
    const { replica, stored } = await setUp('a', 'b')
    const change = replica()

    const ends = await Promise.allSettled([change(fact('a', 'x'.repeat(17_000_000))), change(fact('b', 'x'))])

    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(await stored()).toEqual(['a 1 ', 'b 2 x'])
  })

  it('lose nothing when replicas race for the same rows', async () => {
    const keys = ['a', 'b', 'c', 'd']
    const { replica, stored } = await setUp(...keys)
    const replicas = [replica(), replica(), replica()]
    const words = Array.from({ length: 8 }, (_, n) => `w${n}`)

    await Promise.all(
      replicas.flatMap((change, n) =>
        words.flatMap((word) => keys.map((key) => change(fact(key, `${word}of${n}`)))),
      ),
    )

    const all = replicas.flatMap((_, n) => words.map((word) => `${word}of${n}`)).sort()
    const facts = (await stored()).map((text) => text.split(' ')[2]?.split(',').sort())
    expect(facts).toEqual(keys.map(() => all))
  })

  it('tell a fact that two replicas heard once, and say with it what it says, once', async () => {
    const { replica, stored, said } = await setUp('a', 'b')
    const replicas = [replica(), replica()]

    await Promise.all(
      replicas.flatMap((change) => ['a', 'b'].map((key) => change({ ...fact(key, '$x'), says: saying }))),
    )

    expect(await stored()).toEqual(['a 2 $x', 'b 2 $x'])
    expect(await said()).toEqual([['a-2'], ['b-2']])
  })

  it('say what each change of a row says, in order', async () => {
    const { replica, said } = await setUp('a')
    const change = replica()

    await Promise.all(['x', 'y'].map((word) => change({ ...fact('a', word), says: saying })))

    expect(await said()).toEqual([['a-2', 'a-2']])
  })

  it('try what lost a race again on a fresher row', async () => {
    const { replica, collection, stored } = await setUp('a', 'b')
    const change = replica()
    const overtaken = vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (...args) => {
      overtaken.mockRestore()
      await replica()(fact('a', 'theirs'))
      return collection.bulkWrite(...args)
    })

    const [a, b] = await Promise.all(['a', 'b'].map((key) => change(fact(key, 'ours'))))

    expect([a?.facts, b?.facts]).toEqual([['theirs', 'ours'], ['ours']])
    expect(await stored()).toEqual(['a 3 theirs,ours', 'b 2 ours'])
  })
})

interface Row {
  readonly _id: string
  readonly version: number
  readonly updatedAt: Date
  readonly facts: readonly string[]
}

const make = eventMaker('gateway')
const saying = ({ _id, version }: Row) => [
  make(reportCancelled, { reportId: `${_id}-${version}`, cancelledBy: 'person-1' }),
]

const fact = (key: string, word: string): Change<Row> => ({
  key,
  move: (row) => (row.facts.includes(word) ? row : { ...row, facts: [...row.facts, word] }),
})

async function setUp(...keys: readonly string[]) {
  const collection = store.collection<Row & WithOutbox>('rows')
  await collection.insertMany(
    keys.map((_id) => ({ _id, version: 1, updatedAt: new Date(0), facts: [], outbox: [] })),
  )
  const reads = vi.spyOn(collection, 'find')
  const writes = vi.spyOn(collection, 'bulkWrite')
  return {
    collection,
    replica: () => groupedChanges<Row>(collection, () => new Date()),
    count: () => ({ reads: reads.mock.calls.length, writes: writes.mock.calls.length }),
    stored: async () =>
      (await collection.find().sort({ _id: 1 }).toArray()).map(
        ({ _id, version, facts }) => `${_id} ${version} ${facts}`,
      ),
    said: async () =>
      (await collection.find().sort({ _id: 1 }).toArray()).map(({ outbox }) =>
        outbox.map(({ event }) => event.subject),
      ),
  }
}
