import { setTimeout as sleep } from 'node:timers/promises'
import {
  gatewaySystemConsumer,
  intakeStreamOf,
  reportCancelled,
  reportRequested,
  reportStarted,
  streams,
} from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { impatientConsumer, requested } from '../test/bus-contract.ts'
import { type TestBroker, testBroker } from '../test/test-broker.ts'
import type { Bus } from './bus.ts'
import type { Connection } from './connection.ts'
import { type JetstreamBusOptions, jetstreamBus } from './jetstream-bus.ts'
import { done, type Outcome, reject } from './outcome.ts'
import { provision } from './provision.ts'
import { type Handler, hears, rawSubscription, subscription } from './subscription.ts'

const consumer = impatientConsumer(300)
const patient = { timeout: 20_000, interval: 20 }

describe('the JetStream bus, when something fails', () => {
  let broker: TestBroker
  let provisioner: Connection
  const buses: Bus[] = []
  const makeWhole = () => provision(provisioner, { streams, consumers: [consumer], gatherers: [] })

  beforeAll(async () => {
    broker = await testBroker()
    provisioner = await broker.as('provisioner')
  })
  afterAll(() => broker.stop())
  beforeEach(async () => {
    await vi.waitFor(() => Promise.all([broker.tester.flush(), provisioner.flush()]), patient)
    await broker.empty()
    await makeWhole()
  })
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()))
  })

  it('gives the work of a process that died to another', async () => {
    const gateway = await bus('gateway')
    const dying = await hearer(() => new Promise(() => {}), { graceMs: 100 })
    await gateway.publish(requested({ id: 'orphan' }))
    await vi.waitFor(() => expect(dying.heard).toEqual(['orphan']), patient)

    await dying.connection.close()

    const heir = await hearer(async () => done)
    await vi.waitFor(() => expect(heir.heard).toEqual(['orphan']), patient)
  })

  it('buries what killed each process that had it in hand, before it kills the next', async () => {
    const gateway = await bus('gateway')
    await gateway.publish(requested({ id: 'deadly' }))
    const taker = await broker.manager.jetstream().consumers.get('EVENTS', consumer.durable)
    for (let death = 0; death < consumer.patience; death++) (await taker.next())?.nak()

    const { heard } = await hearer(async () => done)

    await vi.waitFor(async () => expect(await broker.keptIn('DEAD_LETTERS')).toHaveLength(1), patient)
    expect(heard).toEqual([])
  })

  it('finds its consumer again when the broker lost its disk, and knows that the stream is a new one', async () => {
    const gateway = await bus('gateway')
    const { heard } = await hearer(async () => done)
    const before = await gateway.streamState('EVENTS')

    await broker.nats.wipe()
    await vi.waitFor(() => makeWhole(), patient)

    expect((await gateway.streamState('EVENTS')).created).not.toBe(before.created)
    await gateway.publish(requested({ id: 'after the loss' }))
    await vi.waitFor(() => expect(heard).toEqual(['after the loss']), patient)
  })

  it('finds its consumer again when somebody deleted and remade the stream', async () => {
    const gateway = await bus('gateway')
    const { heard } = await hearer(async () => done)

    await broker.empty()
    await makeWhole()

    await gateway.publish(requested({ id: 'after the mistake' }))
    await vi.waitFor(() => expect(heard).toEqual(['after the mistake']), patient)
  })

  it('stores each event once though the broker is killed while they are published', async () => {
    const gateway = await bus('gateway')
    const events = Array.from({ length: 200 }, () => requested())

    const published = Promise.all(events.map((event) => gateway.publish(event)))
    await broker.nats.kill()
    await broker.nats.restart()
    await published

    const kept = await broker.keptIn('EVENTS')
    expect(kept.map(({ headers }) => headers['ce-id']).sort()).toEqual(events.map(({ id }) => id).sort())
  })

  it('goes on hearing after the broker was killed and came back', async () => {
    const gateway = await bus('gateway')
    const { heard } = await hearer(async () => done)

    await broker.nats.kill()
    await broker.nats.restart()

    await gateway.publish(requested({ id: 'afterwards' }))
    await vi.waitFor(() => expect(heard).toContain('afterwards'), patient)
  })

  it('knows a broker that is away from a connection that carries nothing', async () => {
    const { bus, connection } = await hearer(async () => done)
    await broker.nats.kill()
    await vi.waitFor(() => expect(bus.flows()).rejects.toMatchObject({ code: 'BUS_AWAY' }), patient)
    await broker.nats.restart()
    await vi.waitFor(() => Promise.all([bus.flows(), broker.tester.flush()]), patient)

    await broker.manager.consumers.delete('EVENTS', consumer.durable)
    await expect(bus.flows()).rejects.toMatchObject({ code: 'BUS_AWAY' })

    await connection.close()
    await expect(bus.flows()).rejects.toMatchObject({ name: 'ClosedConnectionError' })
  })

  it('tells how the other consumers do while the stream of one is gone', async () => {
    const systems = ['lis', 'pacs']
    const topology = { streams: systems.map(intakeStreamOf), consumers: systems.map(gatewaySystemConsumer) }
    await provision(provisioner, { ...topology, gatherers: [] })
    const gateway = await bus('gateway')
    for (const declared of topology.consumers)
      await gateway.subscribe(rawSubscription(declared, 1, async () => done))

    await broker.manager.streams.delete('INTAKE_lis')

    expect(await gateway.flows()).toMatchObject([{ durable: 'gateway-intake INTAKE_pacs' }])
  })

  it('tells a follower that something may have been missed', async () => {
    const gateway = await bus('gateway')
    const gap = vi.fn()
    await gateway.follow([reportStarted], () => {}, gap)

    await broker.nats.restart()

    await vi.waitFor(() => expect(gap).toHaveBeenCalled(), patient)
  })

  it('refuses a follower who has no right to follow', async () => {
    const gateway = await bus('gateway')

    await expect(gateway.follow([reportRequested], () => {})).rejects.toThrow('may not follow')
  })

  it('uses up no patience while what its handlers depend on is away, and goes on at once when it is back', async () => {
    const gateway = await bus('gateway')
    const database = switchable()
    const { heard, attempts } = await hearer(database.use, { ready: database.ready })
    await gateway.publish(requested({ id: 'before' }))
    await vi.waitFor(() => expect(heard).toEqual(['before']), patient)

    database.away = true
    await gateway.publish(requested({ id: 'meanwhile' }))
    // Longer than all the pauses between as many deliveries as patience allows.
    await sleep(8_000)
    expect(heard.length).toBeLessThanOrEqual(1 + consumer.patience - 1)
    database.away = false

    await vi.waitFor(() => expect(database.done).toEqual(['before', 'meanwhile']), patient)
    expect(attempts.at(-1)).toBeLessThanOrEqual(consumer.patience)
    expect(await broker.keptIn('DEAD_LETTERS')).toEqual([])
  })

  it('uses up no patience however often a replica starts anew during the outage', async () => {
    const gateway = await bus('gateway')
    const database = switchable()
    database.away = true
    await gateway.publish(requested({ id: 'asked for in the outage' }))
    for (let start = 0; start < 2 * consumer.patience; start++) {
      const replica = await hearer(database.use, { ready: database.ready, graceMs: 100 })
      await sleep(300)
      expect((await replica.bus.flows())[0]).toMatchObject({ pending: 1, inHand: 0, paused: true })
      await replica.bus.close()
    }

    database.away = false
    const { attempts } = await hearer(database.use, { ready: database.ready })

    await vi.waitFor(() => expect(database.done).toEqual(['asked for in the outage']), patient)
    expect(attempts).toEqual([1])
    expect(await broker.keptIn('DEAD_LETTERS')).toEqual([])
  })

  it('keeps an event until its dead letter can be stored', async () => {
    const gateway = await bus('gateway')
    await broker.manager.streams.delete('DEAD_LETTERS')
    const { heard } = await hearer(async () => reject('never'))
    await gateway.publish(requested({ id: 'doomed' }))
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(1), patient)

    await makeWhole()

    await vi.waitFor(async () => expect(await broker.keptIn('DEAD_LETTERS')).toHaveLength(1), patient)
  })

  it('tells a handler that outlasts its patience, and closes', async () => {
    const gateway = await bus('gateway')
    const aborted = vi.fn()
    const stubborn = await hearer(
      (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => aborted())
        }),
      { graceMs: 200 },
    )
    await Promise.all([gateway.publish(requested()), gateway.publish(requested())])
    await vi.waitFor(() => expect(stubborn.heard).toHaveLength(2), patient)

    await stubborn.bus.close()

    expect(aborted).toHaveBeenCalledTimes(2)
  })

  it('leaves the event of a handler that hangs to another', async () => {
    const gateway = await bus('gateway')
    const hanging = await hearer(() => new Promise(() => {}), { graceMs: 100 })
    await gateway.publish(requested({ id: 'stuck' }))
    await vi.waitFor(() => expect(hanging.heard).toEqual(['stuck']), patient)

    const heir = await hearer(async () => done)

    await vi.waitFor(() => expect([...hanging.heard, ...heir.heard]).toEqual(['stuck', 'stuck']), patient)
  })

  it('refuses to hear when nobody provisioned the consumer, in one sentence', async () => {
    await broker.manager.consumers.delete('EVENTS', consumer.durable)

    await expect(hearer(async () => done, { provisionedWithinMs: 200 })).rejects.toThrow(
      'Nobody provisioned the consumer reports-exports of the stream EVENTS: start the provisioner.',
    )
  })

  it('waits for a provisioner that comes a little later', async () => {
    const gateway = await bus('gateway')
    await broker.empty()

    const hearing = hearer(async () => done)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await makeWhole()

    const { heard } = await hearing
    await gateway.publish(requested({ id: 'at last' }))
    await vi.waitFor(() => expect(heard).toEqual(['at last']), patient)
  })

  it('closes although the broker is away', async () => {
    const gateway = await bus('gateway')
    const { bus: reports } = await hearer(async () => done)

    await broker.nats.kill()
    try {
      await Promise.all([gateway.close(), reports.close()])
    } finally {
      await broker.nats.restart()
    }
  })

  it.for([140_000, 300_000])(
    'stores nothing of %s bytes, whose dead letter would not fit, and goes on',
    async (bytes) => {
      const gateway = await bus('gateway')
      const { heard } = await hearer(async () => done)
      const huge = { subject: 'hospital.report.requested', headers: {}, body: new Uint8Array(bytes) }

      await expect(broker.put(huge)).rejects.toThrow(/exceed/)

      await gateway.publish(requested({ id: 'the next one' }))
      await vi.waitFor(() => expect(heard).toEqual(['the next one']), patient)
      expect(await broker.keptIn('DEAD_LETTERS')).toEqual([])
    },
  )

  it('publishes more at once than may be on their way', async () => {
    const gateway = await bus('gateway', { inFlight: 4 })

    await Promise.all(Array.from({ length: 100 }, () => gateway.publish(requested())))

    expect(await broker.keptIn('EVENTS')).toHaveLength(100)
  })

  /** A database that can be switched off; like a driver, it takes its time to say that nobody is there. */
  function switchable() {
    const done: string[] = []
    const state = {
      away: false,
      done,
      async ready() {
        if (state.away) throw new Error('no primary')
      },
      async use({ id }: { id: string }): Promise<Outcome> {
        if (state.away) await sleep(100)
        await state.ready()
        done.push(id)
        return { kind: 'done' }
      },
    }
    return state
  }

  async function bus(service: 'gateway' | 'reports', options: Partial<JetstreamBusOptions> = {}) {
    const bus = jetstreamBus(await broker.as(service), { log: silent, ...options })
    buses.push(bus)
    return bus
  }

  async function hearer(
    handle: (...what: Parameters<Handler<typeof reportRequested>>) => Promise<Outcome>,
    options: Partial<JetstreamBusOptions> = {},
  ) {
    const connection = await broker.as('reports')
    const bus = jetstreamBus(connection, { log: silent, ...options })
    buses.push(bus)
    const heard: string[] = []
    const attempts: number[] = []
    await bus.subscribe(
      subscription(
        consumer,
        2,
        hears(reportRequested, (event, delivery) => {
          heard.push(event.id)
          attempts.push(delivery.attempt)
          return handle(event, delivery)
        }),
        hears(reportCancelled, async () => done),
      ),
    )
    return { bus, connection, heard, attempts }
  }
})
