import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type HospitalEvent,
  type PublishedStream,
  reportRequested,
  reportsExportsConsumer,
} from '@rounds/contracts'
import { openLedger, workers } from '@rounds/ledger'
import { type LocalNats, startNats, testServers } from '@rounds/local-servers'
import {
  type Bus,
  type CheckpointPlace,
  type Connection,
  connectTo,
  done,
  eventMaker,
  hears,
  jetstreamBus,
  provision,
  subscription,
} from '@rounds/messaging'
import type { Collection, Filter, FindOptions } from 'mongodb'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type MongoStore, mongoStore } from './mongo-store.ts'
import { alsoSaying, outboxKeepMs, outboxOf, type WithOutbox } from './outbox.ts'
import { type OutboxRelayOptions, outboxRelay } from './outbox-relay.ts'
import { StreamIncarnation } from './stream-incarnation.ts'

describe('the outbox relay', () => {
  it('publishes what is written, in order, and takes it off the list', async () => {
    const { write, start, streamed, due } = await setUp()
    await write('a', 'one', 'two')
    await write('b', 'three')
    await start()
    await until(async () => expect(await due()).toBe(0))
    expect(await streamed()).toHaveLength(3)
    const ids = (await streamed()).filter((id) => id !== 'three')
    expect(ids).toEqual(['one', 'two'])
  })

  it('is quick when rung', async () => {
    const { write, start, due } = await setUp()
    const relay = await start({ pollEveryMs: 60_000 })
    await sleep(300)
    await write('a', 'one')
    relay.ring()
    await until(async () => expect(await due()).toBe(0))
  })

  it('says what it is handed without looking for it, and takes it off the list', async () => {
    const { written, start, streamed, due, collection } = await setUp()
    const looks: unknown[] = []
    const relay = await start({ collections: [looking(collection, looks)], pollEveryMs: 60_000 })
    await until(async () => expect(looks).toHaveLength(1))
    for (const name of ['a', 'b', 'c']) relay.hand(collection, await written(name, `of-${name}`))
    await until(async () => expect(await streamed()).toEqual(['of-a', 'of-b', 'of-c']))
    await until(async () => expect(await due()).toBe(0))
    expect(looks).toHaveLength(1)
  })

  it('finds by itself what was written beside what it was handed', async () => {
    const { write, written, start, streamed, due, collection } = await setUp()
    const relay = await start({ pollEveryMs: 100 })
    let going = true
    const busy = (async () => {
      for (let count = 0; going; count++) relay.hand(collection, await written(`busy-${count}`, `b${count}`))
    })()
    await write('alone', 'beside')
    await until(async () => expect(await streamed()).toContain('beside'))
    going = false
    await busy
    await until(async () => expect(await due()).toBe(0))
  })

  it('does not forget what is added to a document after it was handed over', async () => {
    const { written, start, streamed, due, collection, requested, beforeMarking } = await setUp()
    let isFirst = true
    const slow = beforeMarking(async () => {
      if (isFirst) await collection.updateOne({ _id: 'a' }, [{ $set: alsoSaying([requested('later')]) }])
      isFirst = false
    })
    const relay = await start({ collections: [slow], pollEveryMs: 60_000 })
    relay.hand(slow as unknown as typeof collection, await written('a', 'one'))
    await until(async () => expect(await streamed()).toEqual(['one', 'later']))
    await until(async () => expect(await due()).toBe(0))
  })

  it('looks for what it was handed while the broker was away', async () => {
    const { written, start, streamed, due, collection } = await setUp()
    const { flaky, goes, comes } = goingAway()
    goes()
    const relay = await start({ bus: flaky, pollEveryMs: 60_000 })
    relay.hand(collection, await written('a', 'one'))
    await sleep(300)
    comes()
    await until(async () => expect(await streamed()).toEqual(['one']))
    await until(async () => expect(await due()).toBe(0))
  })

  it('looks for what it was handed when publishing it failed, also when it is handed more', async () => {
    const { written, start, streamed, due, collection } = await setUp()
    const looks: unknown[] = []
    const { flaky, goes, comes } = goingAway()
    const relay = await start({
      bus: flaky,
      collections: [looking(collection, looks)],
      pollEveryMs: 60_000,
    })
    await until(async () => expect(looks).toHaveLength(1))
    goes()
    relay.hand(collection, await written('a', 'one'))
    await sleep(300)
    relay.hand(collection, await written('b', 'two'))
    comes()
    await until(async () => expect((await streamed()).sort()).toEqual(['one', 'two']))
    await until(async () => expect(await due()).toBe(0))
  })

  it.each(['before publishing', 'after publishing', 'before marking', 'after marking'] as const)(
    'brings each event to the stream once per id, though it died %s',
    async (step) => {
      const { write, start, streamed, due, collection } = await setUp()
      await write('a', 'one', 'two')
      await write('b', 'three')
      const { dead, ...mortal } = dyingAt(step, collection)
      const victim = await start(mortal)
      await dead
      await victim.stop()

      await start()
      await until(async () => expect(await due()).toBe(0))
      expect((await streamed()).sort()).toEqual(['one', 'three', 'two'])
    },
  )

  it('does not forget what is written between its reading and its marking', async () => {
    const { write, start, streamed, due, collection, requested, beforeMarking } = await setUp()
    await Promise.all(['a', 'b', 'c'].map((name) => write(name, name)))
    const leftDue: string[][] = []
    const slow = beforeMarking(
      async () => {
        if (leftDue.length === 0)
          await collection.updateOne({ _id: 'b' }, [{ $set: alsoSaying([requested('later')]) }])
      },
      async () => {
        leftDue.push(await collection.distinct('_id', { outboxDue: { $exists: true } }))
      },
    )
    await start({ collections: [slow], pollEveryMs: 20 })
    await until(async () => expect((await streamed()).sort()).toEqual(['a', 'b', 'c', 'later']))
    await until(async () => expect(await due()).toBe(0))
    expect(leftDue[0]).toEqual(['b'])
  })

  it('does not take for said what took the place of something sent long ago', async () => {
    const { write, start, streamed, due, collection, requested, beforeMarking } = await setUp()
    await collection.insertOne({
      _id: 'a',
      outbox: [
        { event: requested('old'), at: new Date(Date.now() - outboxKeepMs - 60_000), sentTo: 'a former one' },
        { event: requested('one'), at: new Date() },
      ],
      outboxDue: new Date(),
    })
    await write('b', 'two')
    let isFirst = true
    const slow = beforeMarking(async () => {
      if (isFirst) await collection.updateOne({ _id: 'a' }, [{ $set: alsoSaying([requested('three')]) }])
      isFirst = false
    })
    await start({ collections: [slow], pollEveryMs: 20 })
    await until(async () => expect((await streamed()).sort()).toEqual(['one', 'three', 'two']))
    await until(async () => expect(await due()).toBe(0))
  })

  it('says what is new while a mark is on its way, and publishes nothing twice meanwhile', async () => {
    const { write, start, streamed, due, beforeMarking } = await setUp()
    const hold = Promise.withResolvers<void>()
    const published: string[] = []
    const noting = {
      ...bus,
      publishAll: async (events: readonly HospitalEvent[]) => {
        published.push(...events.map(({ id }) => id))
        return bus.publishAll(events)
      },
    }
    const relay = await start({
      collections: [beforeMarking(() => hold.promise)],
      bus: noting,
      pollEveryMs: 20,
    })
    await write('a', 'one')
    await until(async () => expect(await streamed()).toEqual(['one']))
    await write('b', 'two')
    await until(async () => expect(await streamed()).toEqual(['one', 'two']))
    const stopped = relay.stop()
    hold.resolve()
    await stopped
    expect([published.length, await due()]).toEqual([2, 0])
  })

  it('tries again when a mark could not be written', async () => {
    const { write, start, due, beforeMarking } = await setUp()
    let isFirst = true
    const failing = beforeMarking(async () => {
      if (!isFirst) return
      isFirst = false
      throw new Error('no primary')
    })
    const warn = vi.fn()
    await start({ collections: [failing], pollEveryMs: 20, log: { ...log, warn } })
    await write('a', 'one')
    await until(async () => expect(await due()).toBe(0))
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it('takes off the list what was said in part before, and what another relay said meanwhile', async () => {
    const { write, start, streamed, due, collection, requested, beforeMarking } = await setUp()
    await write('a', 'one')
    await write('b', 'two')
    await start()
    await until(async () => expect(await due()).toBe(0))
    const other = await start({ pollEveryMs: 60_000 })
    const slow = beforeMarking(async () => {
      other.ring()
      await until(async () => expect(await due()).toBe(0))
    })
    await collection.updateOne({ _id: 'a' }, [{ $set: alsoSaying([requested('three')]) }])
    await start({ collections: [slow], pollEveryMs: 20 })
    await until(async () => expect((await streamed()).sort()).toEqual(['one', 'three', 'two']))
    await until(async () => expect(await due()).toBe(0))
    expect(await collection.countDocuments({ 'outbox.sentTo': { $exists: false } })).toBe(0)
  })

  it('finds what is due, and what has to be said again, by index', async () => {
    const { start, write, due, collection } = await setUp()
    await write('a', 'one')
    await start()
    await until(async () => expect(await due()).toBe(0))
    const indexOf = async (filter: object) =>
      JSON.stringify(await collection.find(filter).explain('queryPlanner')).match(
        /"indexName":"([\w.]+)"/,
      )?.[1]
    const forgotten = { at: { $gte: new Date(0) }, sentTo: { $exists: true, $ne: 'this' } }
    expect(await indexOf({ outboxDue: { $exists: true }, _id: { $nin: [] } })).toBe('outboxDue_1')
    expect(await indexOf({ outbox: { $elemMatch: forgotten }, outboxDue: { $exists: false } })).toBe(
      'outbox.at_1',
    )
  })

  it('bears company: several at once publish everything, and the stream keeps one of each', async () => {
    const { write, start, streamed, due } = await setUp()
    const names = Array.from({ length: 60 }, (_, n) => `e${n}`)
    await Promise.all(names.map((name) => write(name, name)))
    await Promise.all([start(), start(), start()])
    await until(async () => expect(await due()).toBe(0))
    expect((await streamed()).sort()).toEqual(names.sort())
  })

  it('says much at once, and asks the broker who it is now and then only', async () => {
    const { write, start, streamed, due } = await setUp()
    const names = Array.from({ length: 600 }, (_, n) => `e${n}`)
    await Promise.all(names.map((name) => write(name, name)))
    const asked = vi.fn(bus.streamState)
    const single = vi.fn(bus.publish)
    await start({ bus: { ...bus, publish: single, streamState: asked }, askEveryMs: 60_000 })
    await until(async () => expect(await due()).toBe(0))
    expect(asked).toHaveBeenCalledTimes(1)
    expect(single).not.toHaveBeenCalled()
    expect((await streamed()).sort()).toEqual(names.sort())
  })

  it('says again what it marked for a stream that was gone by then', async () => {
    const { write, start, streamed, due, wipe } = await setUp()
    const relay = await start({ askEveryMs: 60_000 })
    await write('a', 'one')
    await until(async () => expect(await due()).toBe(0))
    await wipe()
    await write('b', 'two')
    await until(async () => expect(await due()).toBe(0))
    expect(await streamed()).toEqual(['two'])
    await relay.stop()
    await start()
    await until(async () => expect((await streamed()).sort()).toEqual(['one', 'two']))
  })

  it('leaves a document alone whose event the broker refuses, and goes on with the others', async () => {
    const { write, start, streamed, collection, requested } = await setUp()
    await collection.insertOne({
      _id: 'a',
      ...outboxOf([{ ...requested('big'), data: 'x'.repeat(400_000) }], new Date()),
    })
    await write('b', 'one')
    await start()
    await until(async () => expect(await streamed()).toEqual(['one']))
    // Marked a moment after it is published.
    await until(async () =>
      expect(await collection.distinct('_id', { outboxDue: { $exists: true } })).toEqual(['a']),
    )
  })

  it('waits for a broker that is away, and never throws', async () => {
    const { write, start, streamed, nats } = await setUp()
    await start()
    await nats.kill()
    await write('a', 'one')
    await sleep(500)
    await nats.restart()
    await until(async () => expect(await streamed()).toEqual(['one']))
  })

  describe('after the broker lost some of what it had', () => {
    it('publishes again what an older copy of the broker does not have, and nothing else', async () => {
      const { write, start, streamed, due, published } = await setUp()
      await write('a', 'one')
      const relay = await start()
      await until(async () => expect(await due()).toBe(0))
      await relay.stop()
      // Its first look stores a checkpoint behind `one`.
      await (await start()).stop()
      const copy = await nats.backUp()
      await write('b', 'two')
      const other = await start({ checkpointEveryMs: 50, askEveryMs: 50 })
      await until(async () => expect(await streamed()).toEqual(['one', 'two']))
      await write('c', 'three')
      await until(async () => expect(await due()).toBe(0))
      await checkpointed()
      published.length = 0

      await copy.restore()

      await until(async () => expect((await streamed()).sort()).toEqual(['one', 'three', 'two']))
      await until(async () => expect(await due()).toBe(0))
      await other.stop()
      expect(new Set(published)).toEqual(new Set(['two', 'three']))
    })

    it.each(['that has looked before', 'that starts afterwards'])(
      'publishes it again where others have made the copy longer since, by a relay %s',
      async (which) => {
        const { write, start, streamed, due, requested } = await setUp()
        await (await start()).stop()
        const copy = await nats.backUp()
        const { flaky, goes, comes } = goingAway()
        const relay = await start({ bus: flaky, askEveryMs: 50, checkpointEveryMs: 60_000 })
        await write('a', 'one')
        await write('b', 'two')
        await until(async () => expect(await due()).toBe(0))
        const { lastSequence } = await bus.streamState('EVENTS')
        goes()
        if (which === 'that starts afterwards') await relay.stop()

        await copy.restore()
        for (let n = 0; n < 10; n++) await bus.publish(requested(`of-others-${n}`))
        expect((await bus.streamState('EVENTS')).lastSequence).toBeGreaterThan(lastSequence)

        comes()
        if (which === 'that starts afterwards') await start()
        await until(async () => expect(await streamed()).toEqual(expect.arrayContaining(['one', 'two'])))
        await until(async () => expect(await due()).toBe(0))
      },
    )

    it('publishes it again where the connection stood and the copy is longer by now', async () => {
      const { write, start, due, forgetful, published } = await setUp()
      await start({ bus: forgetful, askEveryMs: 20, checkpointEveryMs: 20 })
      await write('a', 'one')
      // Published, asked about before the checkpoint, and published again.
      await until(() => expect(published.filter((name) => name === 'one').length).toBeGreaterThanOrEqual(3))
      await until(async () => expect(await due()).toBe(0))
    })

    it('publishes again what was purged', async () => {
      const { write, start, streamed, due } = await setUp()
      await start({ askEveryMs: 50 })
      await write('a', 'one')
      await until(async () => expect(await due()).toBe(0))
      await asWitness('STREAM.PURGE')
      await until(async () => expect(await streamed()).toEqual(['one']))
    })

    it('publishes again what is missing in the middle', async () => {
      const { write, start, streamed, due } = await setUp()
      await start({ askEveryMs: 50 })
      await write('a', 'one')
      await write('b', 'two')
      await until(async () => expect(await due()).toBe(0))
      await bus.publish(requestOf(`${randomUUID()}-last`))
      const { last_seq } = (await asWitness('STREAM.INFO')).state
      await asWitness('STREAM.MSG.DELETE', { seq: last_seq - 1 })
      await until(async () => expect((await streamed()).length).toBeGreaterThanOrEqual(2))
      await until(async () => expect(await streamed()).toEqual(expect.arrayContaining(['one', 'two'])))
    })

    it('publishes nothing again of what limits dropped at the beginning', async () => {
      const { write, start, due, published } = await setUp()
      const relay = await start()
      await write('a', 'one')
      await until(async () => expect(await due()).toBe(0))
      await relay.stop()
      await (await start({ askEveryMs: 50 })).stop()
      const { last_seq } = (await asWitness('STREAM.INFO')).state
      await asWitness('STREAM.PURGE', { seq: last_seq })
      published.length = 0
      await start({ askEveryMs: 50, checkpointEveryMs: 50 })
      await write('b', 'two')
      await until(async () => expect(await due()).toBe(0))
      await checkpointed()
      expect(published).not.toContain('one')
    })

    it('publishes at most one event again when the broker was killed and lost nothing', async () => {
      const { write, start, due, published } = await setUp()
      await start({ askEveryMs: 50, checkpointEveryMs: 50 })
      for (const name of ['a', 'b', 'c', 'd']) await write(name, `of-${name}`)
      await until(async () => expect(await due()).toBe(0))
      published.length = 0
      await nats.kill()
      await nats.restart()
      await write('e', 'of-e')
      await until(async () => expect(await due()).toBe(0))
      await checkpointed()
      expect(published.filter((name) => name !== 'of-e').length).toBeLessThanOrEqual(1)
    })
  })

  describe('after the broker lost its disk', () => {
    it('publishes again what it had published, the young only', async () => {
      const { write, start, streamed, due, wipe, collection, requested } = await setUp()
      await write('a', 'one', 'two')
      await write('b', 'three')
      await collection.insertOne({
        _id: 'c',
        ...outboxOf([requested('yesterday')], new Date(Date.now() - outboxKeepMs - 60_000)),
      })
      await start({ askEveryMs: 50 })
      await until(async () => expect(await due()).toBe(0))
      expect(await streamed()).toHaveLength(4)

      await wipe()
      await until(async () => expect((await streamed()).sort()).toEqual(['one', 'three', 'two']))
      await until(async () => expect(await due()).toBe(0))
    })

    it('does so too when it was not running then', async () => {
      const { write, start, streamed, due, wipe } = await setUp()
      await write('a', 'one')
      const relay = await start()
      await until(async () => expect(await due()).toBe(0))
      await relay.stop()
      await wipe()
      await start()
      await until(async () => expect(await streamed()).toEqual(['one']))
    })

    it('says first what is new', async () => {
      const { write, start, streamed, due, wipe } = await setUp()
      const old = Array.from({ length: 250 }, (_, n) => `old${n}`)
      await Promise.all(old.map((name) => write(name, name)))
      const relay = await start()
      await until(async () => expect(await due()).toBe(0))
      await relay.stop()
      await wipe()
      await start({ againPerSecond: 100 })
      await until(async () => expect((await streamed()).length).toBeGreaterThan(0))
      await write('new', 'new')
      await until(async () => expect(await streamed()).toHaveLength(251))
      expect((await streamed()).indexOf('new')).toBeLessThan(250)
    })

    it('reads no more of it than it may say again', async () => {
      const { write, start, streamed, due, wipe, collection } = await setUp()
      const old = Array.from({ length: 120 }, (_, n) => `old${n}`)
      await Promise.all(old.map((name) => write(name, name)))
      const relay = await start()
      await until(async () => expect(await due()).toBe(0))
      await relay.stop()
      await wipe()
      const counts: number[] = []
      await start({ againPerSecond: 100, collections: [counting(collection, counts)] })
      await until(async () => expect(await streamed()).toHaveLength(120))
      const [first, ...later] = counts.filter((count) => count > 0)
      expect(first).toBe(120)
      expect(Math.max(...later)).toBeLessThanOrEqual(20)
    })

    it('sees everything finished that was accepted, also what had been published but not heard', async () => {
      const { write, start, store, due, wipe, hearing } = await setUp()
      const ledger = openLedger<string, string>(store, 'exports', { repeating: 'safe' })
      const names = Array.from({ length: 20 }, (_, n) => `report${n}`)
      for (const name of names.slice(0, 10)) await write(name, name)
      await start({ askEveryMs: 50 })
      await until(async () => expect(await due()).toBe(0))
      await wipe()
      for (const name of names.slice(10)) await write(name, name)

      const team = workers(ledger, {
        name: 'exports',
        concurrency: 4,
        deadlineMs: 10_000,
        pollEveryMs: 20,
        perform: async () => ({ state: 'done', outcome: 'file', says: [] }),
        onSpent: () => ({ state: 'failed', outcome: 'spent', says: [] }),
        log,
      })
      await team.start()
      await hearing(async (id) => {
        await ledger.accept(id, id)
      })
      await until(async () => {
        const works = await Promise.all(names.map((name) => ledger.read(name)))
        expect(works.map((work) => work?.state)).toEqual(names.map(() => 'done'))
      })
      await team.stop()
    })
  })
})

type Kept = WithOutbox & { _id: string }
type Started = Partial<Omit<OutboxRelayOptions, 'collections'>> & {
  readonly collections?: unknown
  readonly checkpointEveryMs?: number
}
type Step = 'before publishing' | 'after publishing' | 'before marking' | 'after marking'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const make = eventMaker('gateway')
const requestOf = (id: string) =>
  make(
    reportRequested,
    {
      reportId: id,
      report: 'appointments',
      parameters: {},
      flavour: 'standard',
      gzip: false,
      requestedBy: 'p1',
      role: 'admin',
    },
    undefined,
    { id },
  )

let dir: string
let nats: LocalNats
let provisioner: Connection
let witness: Connection
let bus: Bus
const toStop: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rounds-relay-'))
  nats = await startNats({ conf: await confWithWitness() })
  provisioner = await connected('provisioner')
  witness = await connectTo({ url: nats.url, user: 'witness', password: 'of-a-test', log })
  await provision(provisioner)
  bus = jetstreamBus(await connected('gateway'), { log })
})
afterEach(async () => {
  for (const one of toStop.splice(0).reverse()) await one.stop()
})
afterAll(async () => {
  await bus.close()
  await Promise.all([provisioner.close(), witness.close()])
  await nats.stop()
  await rm(dir, { recursive: true })
})

const connected = (user: 'gateway' | 'reports' | 'provisioner') =>
  connectTo({ url: nats.url, user, password: nats.passwordOf(user), log })

async function wipe() {
  await nats.wipe()
  await until(() => provision(provisioner))
}

async function setUp() {
  const prefix = `${randomUUID().slice(0, 8)}-`
  const requested = (name: string) => requestOf(`${prefix}${name}`)
  const store: MongoStore = mongoStore(testServers().freshDatabase(), { appName: 'relay-test' })
  toStop.push(store)
  await store.start()
  const collection = store.collection<Kept>('jobs')
  const published: string[] = []
  const note = (events: readonly HospitalEvent[]) =>
    published.push(...events.map(({ id }) => id.slice(prefix.length)))
  const noting: Bus = {
    ...bus,
    publish(event, anew) {
      note([event])
      return bus.publish(event, anew)
    },
    publishAll(events, anew) {
      note(events)
      return bus.publishAll(events, anew)
    },
  }
  const kept = (_id: string, ...events: string[]): Kept => ({
    _id,
    ...outboxOf(events.map(requested), new Date()),
  })
  return {
    nats,
    requested,
    store,
    wipe,
    collection,
    write: (_id: string, ...events: string[]) => collection.insertOne(kept(_id, ...events)),
    /** The same, and what was inserted. */
    async written(_id: string, ...events: string[]) {
      const document = kept(_id, ...events)
      await collection.insertOne(document)
      return document
    },
    due: () => collection.countDocuments({ outboxDue: { $exists: true } }),
    async start({ checkpointEveryMs = 30_000, ...options }: Started = {}) {
      const collections = [collection] as unknown as Collection<WithOutbox>[]
      const through = { ...noting, ...options.bus }
      const incarnation = new StreamIncarnation({
        stream: 'EVENTS',
        service: 'gateway',
        bus: through,
        store,
        checkpointEveryMs,
      })
      const relay = outboxRelay({
        name: 'outbox',
        collections,
        bus: noting,
        incarnation,
        log,
        pollEveryMs: 50,
        ...options,
      } as OutboxRelayOptions)
      toStop.push(relay)
      await relay.start()
      return relay
    },
    /** The collection, where something happens just before a relay marks what it has published, and just after. */
    beforeMarking: (before: () => Promise<void>, after = async () => {}) =>
      overriding(
        collection,
        marking(collection, async (mark) => {
          await before()
          const result = await mark()
          await after()
          return result
        }),
      ),
    async hearing(hear: (id: string) => Promise<void>) {
      const reports = jetstreamBus(await connected('reports'), { log })
      toStop.push({ stop: () => reports.close() })
      const consumer = { ...reportsExportsConsumer, hears: [reportRequested] }
      const handler = hears(reportRequested, async ({ id }) => {
        if (id.startsWith(prefix)) await hear(id.slice(prefix.length))
        return done
      })
      await reports.subscribe(subscription(consumer, 4, handler))
    },
    streamed: () => streamedIds(prefix),
    published,
    forgetful: forgetful(noting),
  }
}

/** The shipped configuration with one more user, who may read the stream: no service may. */
async function confWithWitness(): Promise<string> {
  const shipped = await readFile(new URL('../../../deploy/nats/nats.conf', import.meta.url), 'utf8')
  const conf = join(dir, 'nats.conf')
  await writeFile(conf, shipped.replace('users: [', 'users: [\n  { user: witness, password: of-a-test }'))
  return conf
}

/** The ids of everything that this test has in the stream, in its order. */
async function streamedIds(prefix: string): Promise<string[]> {
  const info = await witness.request('$JS.API.STREAM.INFO.EVENTS')
  const { first_seq, last_seq } = info.json<{ state: { first_seq: number; last_seq: number } }>().state
  const idAt = async (seq: number) => {
    const reply = await witness.request('$JS.API.STREAM.MSG.GET.EVENTS', JSON.stringify({ seq }))
    const hdrs = reply.json<{ message?: { hdrs?: string } }>().message?.hdrs ?? ''
    return /ce-id: (\S+)/.exec(Buffer.from(hdrs, 'base64').toString())?.[1] ?? ''
  }
  const ids = await Promise.all(
    Array.from({ length: last_seq - first_seq + 1 }, (_, n) => idAt(first_seq + n)),
  )
  return ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length))
}

/** What the witness asks of EVENTS. */
async function asWitness(what: string, body?: object) {
  const reply = await witness.request(`$JS.API.${what}.EVENTS`, body && JSON.stringify(body))
  return reply.json<{ state: { last_seq: number } }>()
}

/** Resolves once a relay has stored two more checkpoints: whatever the first look found is acted on by then. */
async function checkpointed() {
  const before = (await bus.streamState('EVENTS')).lastSequence
  await until(async () =>
    expect((await bus.streamState('EVENTS')).lastSequence).toBeGreaterThanOrEqual(before + 2),
  )
}

/** A bus to whose broker others have published since it was restored: it does not have what was acknowledged last. */
function forgetful(bus: Bus): Bus {
  let asked = 0
  return {
    ...bus,
    async publish(event, anew) {
      const sequence = await bus.publish(event, anew)
      return asked++ === 0 ? sequence + 1_000 : sequence
    },
  }
}

/** The bus, while the broker is there. */
function goingAway() {
  let isAway = false
  const unlessAway = <T>(doing: () => Promise<T>) => (isAway ? Promise.reject(new Error('away')) : doing())
  return {
    flaky: {
      publishAll: (events: readonly HospitalEvent[], anew?: string) =>
        unlessAway(() => bus.publishAll(events, anew)),
      publish: (event: HospitalEvent, anew?: string) => unlessAway(() => bus.publish(event, anew)),
      streamState: (stream: PublishedStream) => unlessAway(() => bus.streamState(stream)),
      checkpoint: (place: CheckpointPlace, after: number) => unlessAway(() => bus.checkpoint(place, after)),
    },
    goes: () => {
      isAway = true
    },
    comes: () => {
      isAway = false
    },
  }
}

/** A bus and a collection that belong to one process, and its death. */
function dyingAt(step: Step, collection: Collection<Kept>) {
  const { promise: dead, resolve } = Promise.withResolvers<void>()
  let isDead = false
  const at = async <T>(moment: Step | 'else', doing: () => Promise<T>): Promise<T> => {
    if (moment === step) {
      isDead = true
      resolve()
    }
    if (isDead) throw new Error('the process died here')
    return doing()
  }
  const around = async <T>(before: Step, after: Step, doing: () => Promise<T>) => {
    const result = await at(before, doing)
    await at(after, async () => {})
    return result
  }
  return {
    dead,
    bus: {
      publish: (event: HospitalEvent) =>
        around('before publishing', 'after publishing', () => bus.publish(event)),
      publishAll: (events: readonly HospitalEvent[]) =>
        around('before publishing', 'after publishing', () => bus.publishAll(events)),
      streamState: (stream: PublishedStream) => at('else', () => bus.streamState(stream)),
      checkpoint: (place: CheckpointPlace, after: number) => at('else', () => bus.checkpoint(place, after)),
    },
    collections: [
      overriding(
        collection,
        marking(collection, (mark) => around('before marking', 'after marking', mark)),
      ),
    ],
  }
}

/** The write with which a relay marks, done in another way; what it writes to make something due again stays as it is. */
const marking = (
  collection: Collection<Kept>,
  around: <T>(mark: () => Promise<T>) => Promise<T>,
): Partial<Collection<Kept>> => ({
  updateMany: (...[filter, ...how]) => {
    const write = () => collection.updateMany(filter, ...how)
    return filter._id === undefined ? write() : around(write)
  },
})

const overriding = (collection: Collection<Kept>, methods: Partial<Collection<Kept>>) =>
  Object.assign(Object.create(collection), methods) as Collection<Kept> as unknown as Collection<WithOutbox>

/** The collection, and a note of each time that somebody looks into it. */
const looking = (collection: Collection<Kept>, looks: unknown[]) =>
  overriding(collection, {
    find: (filter: Filter<Kept>, options: FindOptions) => {
      looks.push(filter)
      return collection.find(filter, options)
    },
  } as Partial<Collection<Kept>>)

/** The collection, and how much each look into it brought. */
const counting = (collection: Collection<Kept>, counts: number[]) =>
  overriding(collection, {
    find: (filter: Filter<Kept>, options: FindOptions) => {
      const cursor = collection.find(filter, options)
      const read = cursor.toArray.bind(cursor)
      return Object.assign(cursor, {
        toArray: async () => {
          const found = await read()
          counts.push(found.length)
          return found
        },
      })
    },
  } as Partial<Collection<Kept>>)

const until = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 20_000, interval: 30 })
