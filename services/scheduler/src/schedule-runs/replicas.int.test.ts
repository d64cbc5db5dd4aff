import { type ChildProcess, spawn } from 'node:child_process'
import {
  consumers,
  type FireDocument,
  mailerTicksConsumer,
  type ScheduleDocument,
  streams,
  type TickFired,
  tickFired,
} from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { compiledBefore, freePorts, type LocalNats, startNats, testServers } from '@rounds/local-servers'
import { type Bus, connectTo, done, hears, jetstreamBus, provision, subscription } from '@rounds/messaging'
import { makeViews, mongoStore, type WithOutbox } from '@rounds/mongo'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cannotFakeTime, jumpingClock } from '../../test/jumping-clock.ts'
import { aSchedule } from '../../test/memory-fires.ts'

const main = new URL('../main.ts', import.meta.url).pathname
const minuteMs = 60_000

describe('several schedulers', { timeout: 120_000 }, () => {
  let world: Awaited<ReturnType<typeof openWorld>>
  beforeEach(async () => {
    world = await openWorld()
  })
  afterEach(() => world.close())

  it('decide and say each occurrence once, though one is killed and one is frozen meanwhile', async () => {
    const [first, second] = await Promise.all([world.replica(), world.replica(), world.replica()])
    // Two hours that nobody fired, of twenty schedules: all three begin at once.
    const since = Math.floor(Date.now() / minuteMs) * minuteMs - 120 * minuteMs
    const schedules = Array.from({ length: 20 }, (_, index) =>
      aSchedule({
        _id: `minutely-${index}`,
        expression: '* * * * *',
        zone: 'UTC',
        catchUp: { policy: 'all', windowMinutes: 24 * 60 },
        activeFrom: new Date(since),
      }),
    )
    await world.schedules.insertMany(schedules)

    await vi.waitFor(async () => expect(await world.fires.countDocuments()).toBeGreaterThan(200), patient)
    first?.kill('SIGKILL')
    second?.kill('SIGSTOP')
    await world.replica()
    const all = schedules.flatMap(({ _id }) =>
      Array.from({ length: 120 }, (_, n) => `${_id}@${new Date(since + (n + 1) * minuteMs).toISOString()}`),
    )
    const missing = () => {
      const ids = new Set(world.heard.map(({ id }) => id))
      return all.filter((id) => !ids.has(id))
    }
    await vi.waitFor(() => expect(missing()).toEqual([]), patient)
    second?.kill('SIGCONT')
    await world.quiet()

    const ids = world.heard.map(({ id }) => id)
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted())
    const fires = await world.fires.find().toArray()
    expect(fires.filter(({ outcome }) => outcome !== 'late' && outcome !== 'fired')).toEqual([])
    // One decision per occurrence, also for those minutes that passed meanwhile.
    expect(new Set(fires.map(({ scheduleId, due }) => `${scheduleId}@${due.toISOString()}`)).size).toBe(
      fires.length,
    )
    expect(fires.length).toBe(ids.length)
  })

  it('take up a schedule, and a run by hand, within two seconds and without a restart', async () => {
    await world.ready(await Promise.all([world.replica(), world.replica()]))
    const asked = Date.now()

    await world.schedules.insertOne({
      ...aSchedule({
        _id: 'fresh',
        activeFrom: new Date(),
        runs: [{ runId: 'run-1', by: 'asha', at: new Date() }],
      }),
      outbox: [],
    })

    await vi.waitFor(() => expect(world.heard).toHaveLength(1), { timeout: 5_000, interval: 20 })
    expect(Date.now() - asked).toBeLessThan(2_000)
    expect(world.heard[0]?.data).toMatchObject({ scheduleId: 'fresh', fireId: 'run-1', by: 'person' })
    await world.quiet()
    expect(world.heard).toHaveLength(1)
  })

  it('say when the broker is back what they decided while it was away', async () => {
    await world.replica()
    await world.quiet()
    await world.nats.kill()
    await world.schedules.insertOne({
      ...aSchedule({
        _id: 'fresh',
        activeFrom: new Date(),
        runs: [{ runId: 'run-1', by: 'asha', at: new Date() }],
      }),
      outbox: [],
    })
    await vi.waitFor(async () => expect(await world.fires.countDocuments()).toBe(1), patient)

    await world.nats.restart()

    await vi.waitFor(() => expect(world.heard).toHaveLength(1), patient)
  })

  it('do not fire anew what the stream has forgotten', async () => {
    // The stream knows an id for a tenth of a second here, and a scheduler that starts decides from the ledger.
    await world.provisionWith(100)
    const since = new Date(Math.floor(Date.now() / minuteMs) * minuteMs - 3 * minuteMs)
    await world.schedules.insertOne({
      ...aSchedule({ _id: 'old', expression: '* * * * *', zone: 'UTC', activeFrom: since }),
      outbox: [],
    })
    const first = await world.replica()
    await vi.waitFor(() => expect(world.heard.length).toBeGreaterThan(2), patient)
    await world.quiet()
    first?.kill('SIGKILL')

    await Promise.all([world.replica(), world.replica()])
    await world.quiet()

    const ids = world.heard.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)])
  })
})

describe.skipIf(cannotFakeTime())('a clock that jumps while its scheduler runs', { timeout: 120_000 }, () => {
  it('ten minutes ahead and twenty back fires each occurrence once, and leaves none out', async () => {
    const world = await openWorld()
    const clock = await jumpingClock()
    try {
      const began = Math.floor(Date.now() / minuteMs) * minuteMs
      await world.schedules.insertOne({
        ...aSchedule({
          _id: 'minutely',
          expression: '* * * * *',
          zone: 'UTC',
          catchUp: { policy: 'all', windowMinutes: 24 * 60 },
          activeFrom: new Date(began - 3 * minuteMs),
        }),
        outbox: [],
      })
      await Promise.all([world.replica(), world.replica(clock.environment)])
      await vi.waitFor(() => expect(world.heard.length).toBeGreaterThanOrEqual(3), patient)
      await clock.jump(600)
      await vi.waitFor(() => expect(world.heard.length).toBeGreaterThanOrEqual(13), patient)
      await clock.jump(-600)
      await world.quiet()

      const due = world.heard.map(({ data }) => Date.parse(data.due)).toSorted((a, b) => a - b)
      const first = began - 2 * minuteMs
      expect(due).toEqual(due.map((_, n) => first + n * minuteMs))
    } finally {
      await clock.forget()
      await world.close()
    }
  })
})

const patient = { timeout: 60_000, interval: 100 }

async function openWorld() {
  const nats: LocalNats = await startNats()
  const mongoUrl = testServers().freshDatabase()
  const store = mongoStore(mongoUrl, { appName: 'scheduler-test' })
  await store.start()
  await makeViews(store.collection('jobs').db)
  const as = (user: 'provisioner' | 'mailer') =>
    connectTo({ url: nats.url, user, password: nats.passwordOf(user), log: silent })
  const provisioner = await as('provisioner')
  await provision(provisioner)
  const heard: TickFired[] = []
  const mailer: Bus = jetstreamBus(await as('mailer'), { log: silent })
  await mailer.subscribe(
    subscription(
      mailerTicksConsumer,
      32,
      hears(tickFired, async (tick) => {
        heard.push(tick)
        return done
      }),
    ),
  )
  const children: ChildProcess[] = []
  const opsPorts = new Map<ChildProcess, number>()
  const fires = store.collection<FireDocument & WithOutbox>('fires')

  return {
    nats,
    heard,
    fires,
    schedules: store.collection<ScheduleDocument & Partial<WithOutbox>>('schedules'),
    provisionWith: (duplicateWindowMs: number) =>
      provision(provisioner, {
        streams: streams.map((one) => (one.name === 'TICKS' ? { ...one, duplicateWindowMs } : one)),
        consumers,
        gatherers: [],
      }),
    async replica(environment: Record<string, string> = {}) {
      const [opsPort = 0] = await freePorts(1)
      const child = spawn(process.execPath, [main], {
        env: {
          ...compiledBefore,
          NATS_URL: nats.url,
          NATS_PASSWORD: nats.passwordOf('scheduler'),
          MONGO_URL: mongoUrl,
          OPS_PORT: `${opsPort}`,
          LOG_LEVEL: 'warn',
          ...environment,
        },
        stdio: 'ignore',
      })
      children.push(child)
      opsPorts.set(child, opsPort)
      return child
    },
    /** Resolves once all of these say that they are ready. */
    ready: (those: readonly ChildProcess[]) =>
      vi.waitFor(async () => {
        const answers = those.map((one) => fetch(`http://127.0.0.1:${opsPorts.get(one)}/readyz`))
        expect((await Promise.all(answers)).map(({ ok }) => ok)).toEqual(those.map(() => true))
      }, patient),
    /** Nothing is left to say, and nothing came for as long as two looks take. */
    async quiet() {
      let before = -1
      await vi.waitFor(
        async () => {
          const now = heard.length
          const unsaid = await fires.countDocuments({ outboxDue: { $exists: true } })
          const settled = now === before && unsaid === 0
          before = now
          expect(settled).toBe(true)
        },
        { timeout: 60_000, interval: 2_500 },
      )
    },
    async close() {
      for (const child of children) child.kill('SIGKILL')
      await mailer.close()
      await provisioner.close()
      await nats.stop()
      await store.stop()
    },
  }
}
