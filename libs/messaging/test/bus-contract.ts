import {
  type CanaryAnswered,
  type ConsumerDeclaration,
  canaryAnswered,
  canarySent,
  contractOf,
  encodeEvent,
  gatewayDeadLettersConsumer,
  type HospitalEvent,
  type ReportRequested,
  reportCancelled,
  reportProgressed,
  reportRequested,
  reportsExportsConsumer,
} from '@rounds/contracts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Bus } from '../src/bus.ts'
import { eventMaker } from '../src/event-maker.ts'
import type { Gathered } from '../src/gathering.ts'
import { done, type Outcome, reject, retry } from '../src/outcome.ts'
import type { Parcel } from '../src/parcel.ts'
import { type Delivery, hears, subscription } from '../src/subscription.ts'

/** A broker under test, empty and provisioned with one consumer. */
export interface OpenedBroker {
  /** Another process of that service; several are replicas. */
  bus(service: 'gateway' | 'reports'): Promise<Bus>
  /** Stores anything, as a stranger could. */
  put(parcel: Parcel): Promise<unknown>
  /** Everything stored: the events, and the dead letters. */
  kept(): Promise<readonly Parcel[]>
  close(): Promise<void>
}

/** What the reports service hears, with clocks short enough to watch. */
export const impatientConsumer = (ackWaitMs: number): ConsumerDeclaration => ({
  ...reportsExportsConsumer,
  ackWaitMs,
  patience: 3,
})

/** Every bus passes this. `ackWaitMs` is short, so that an event which would come again does so while we watch. */
export function busContract(
  name: string,
  ackWaitMs: number,
  open: (consumer: ConsumerDeclaration) => Promise<OpenedBroker>,
) {
  const impatient = impatientConsumer(ackWaitMs)
  /** Long enough for whatever would come again to have come. */
  const settleDown = () => sleep(3 * ackWaitMs)

  describe(name, () => {
    const opened: OpenedBroker[] = []
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()))
    })

    it('hands on an event as it was published, trace and cause included', async () => {
      const { publish, hearer } = await setUp()
      const event = requested({ cause: { id: 'click', correlationid: 'story' } })

      const { heard } = await hearer()
      await publish(event)

      await vi.waitFor(() => expect(heard).toEqual([event]))
      expect(event).toMatchObject({ causationid: 'click', correlationid: 'story', traceparent: /^00-/ })
    })

    it('hears what was published before it came', async () => {
      const { publish, hearer } = await setUp()
      await publish(requested({ id: 'early' }))

      const { heard } = await hearer()

      await vi.waitFor(() => expect(idsOf(heard)).toEqual(['early']))
    })

    it('delivers again after a handler threw', async () => {
      const { publish, hearer } = await setUp()
      const { deliveries } = await hearer(async (_, { attempt }) => {
        if (attempt === 1) throw new Error('the database is away')
        return done
      })

      await publish(requested())

      await vi.waitFor(() => expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 2]), patient)
    })

    it('waits for as long as a retry asks', async () => {
      const { publish, hearer } = await setUp()
      const { deliveries } = await hearer(async (_, { attempt }) =>
        attempt === 1 ? retry('busy', 500) : done,
      )

      await publish(requested())

      await vi.waitFor(() => expect(deliveries).toHaveLength(2), patient)
      const [first = 0, second = 0] = deliveries.map(({ at }) => at)
      expect(second - first).toBeGreaterThanOrEqual(490)
    })

    it('makes a rejected event a dead letter, whole, and never delivers it again', async () => {
      const { publish, hearer, dead } = await setUp()
      const event = requested()
      const { heard } = await hearer(async () => reject('no such report'))

      await publish(event)

      const [letter] = await dead(1)
      expect(letter?.subject).toBe('dead.reports.report.requested')
      expect(letter?.body).toEqual(encodeEvent(event).body)
      expect(letter?.headers).toMatchObject({
        ...encodeEvent(event).headers,
        'rounds-dead-reason': 'no such report',
        'rounds-dead-subject': 'hospital.report.requested',
        'rounds-dead-consumer': 'reports-exports',
        'rounds-dead-deliveries': '1',
        'rounds-dead-time': expect.stringMatching(/^20.*Z$/),
      })
      await settleDown()
      expect(heard).toHaveLength(1)
    })

    it('makes a dead letter of an event when patience with it is spent', async () => {
      const { publish, hearer, dead } = await setUp()
      const { deliveries } = await hearer(async () => retry('still busy', 10))

      await publish(requested())

      const [letter] = await dead(1)
      expect(letter?.headers).toMatchObject({
        'rounds-dead-deliveries': '3',
        'rounds-dead-reason': 'patience spent after 3 deliveries: still busy',
      })
      await settleDown()
      expect(deliveries).toHaveLength(3)
    })

    it('names an unknown error by its class and code, since its message may quote data', async () => {
      const { publish, hearer, dead } = await setUp({ patience: 1 })
      await hearer(async () => {
        throw Object.assign(new RangeError('Ada Rao is not a number'), { code: 'E_AGE' })
      })

      await publish(requested())

      const [letter] = await dead(1)
      expect(letter?.headers['rounds-dead-reason']).toBe(
        'patience spent after 1 deliveries: RangeError E_AGE',
      )
    })

    it('leaves an event with a slow handler, however much longer than the acknowledgement may take', async () => {
      const { publish, hearer } = await setUp()
      const { deliveries } = await hearer(async () => {
        await sleep(4 * ackWaitMs)
        return done
      }, 3)

      await Promise.all([publish(requested()), publish(requested()), publish(requested())])

      await sleep(6 * ackWaitMs)
      expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 1, 1])
    })

    it('keeps an event once, however often it is published', async () => {
      const { publish, hearer, kept } = await setUp()
      const event = requested()
      const { heard } = await hearer()

      await publish(event)
      await publish(event)

      await settleDown()
      expect(heard).toHaveLength(1)
      expect(await kept()).toHaveLength(1)
    })

    it('keeps many at once, each id once, and in order what is said about one subject', async () => {
      const { bus, publish, kept } = await setUp()
      const events = Array.from({ length: 1_100 }, (_, n) => requested({ id: `many-${n}` }))
      await bus.publishAll(events)
      expect((await kept()).map(({ headers }) => headers['ce-id'])).toEqual(idsOf(events))

      const known = requested({ id: 'known' })
      await publish(known)
      const more = Array.from({ length: 20 }, (_, n) => requested({ id: `more-${n}` }))
      await bus.publishAll([...more.slice(0, 10), known, ...more.slice(10), more[3] ?? known])
      await bus.publishAll([])
      await bus.publishAll(more)
      const stored = (await kept()).map(({ headers }) => headers['ce-id']).slice(events.length)
      expect(stored).toEqual(['known', ...idsOf(more)])
    })

    it('refuses many of which one could not be heard', async () => {
      const { bus } = await setUp()
      const unkept = makeReports(reportProgressed, {
        reportId: 'r-1',
        attempt: 1,
        phase: 'writing',
        rows: 10,
      })
      await expect(bus.publishAll([requested(), unkept])).rejects.toThrow('report.progressed is not kept')
    })

    it('answers a canary by itself, through the consumer and to whoever follows', async () => {
      const { bus, hearer } = await setUp()
      const answers: CanaryAnswered[] = []
      await bus.follow([canaryAnswered], (answer) => void answers.push(answer))
      const { heard } = await hearer()
      const canary = make(canarySent, { canaryId: 'minute-1' }, undefined, { id: 'canary@1' })

      await bus.publish(canary)
      await bus.publish(canary)

      await vi.waitFor(() => expect(answers).toHaveLength(1), patient)
      expect(answers[0]).toMatchObject({
        data: { canaryId: 'minute-1', durable: 'reports-exports', sentAt: canary.time },
        source: '/rounds/reports',
        causationid: 'canary@1',
      })
      await settleDown()
      expect([answers.length, heard]).toEqual([1, []])
    })

    it('has no more in hand than its concurrency', async () => {
      const { publish, hearer } = await setUp()
      let inHand = 0
      let most = 0
      const { heard } = await hearer(async () => {
        most = Math.max(most, ++inHand)
        await sleep(20)
        inHand -= 1
        return done
      }, 3)

      await Promise.all(Array.from({ length: 20 }, () => publish(requested())))

      await vi.waitFor(() => expect(heard).toHaveLength(20), patient)
      expect(most).toBe(3)
    })

    it('shares the work among replicas, each event with one of them', async () => {
      const { publish, hearer } = await setUp()
      const slowly = async () => {
        await sleep(20)
        return done
      }
      const one = await hearer(slowly, 2)
      const other = await hearer(slowly, 2)
      const events = Array.from({ length: 30 }, () => requested())

      await Promise.all(events.map(publish))

      await vi.waitFor(() => expect(one.heard.length + other.heard.length).toBe(30), patient)
      expect(new Set([...idsOf(one.heard), ...idsOf(other.heard)])).toEqual(new Set(idsOf(events)))
      expect(Math.min(one.heard.length, other.heard.length)).toBeGreaterThan(5)
    })

    const good = encodeEvent(requested())
    const strange: Record<string, Partial<Parcel>> = {
      'of an unknown type': { headers: { ...good.headers, 'ce-type': 'report.sung' } },
      'with a type that would steer a subject': { headers: { ...good.headers, 'ce-type': '> dead *' } },
      'without an envelope': { headers: {} },
      'with a broken envelope': { headers: { ...good.headers, 'ce-time': 'yesterday' } },
      'with data of another schema': { body: text('{"reportId":7}') },
      'that is not JSON': { body: text('{"reportId":') },
      'that is not text': { body: new Uint8Array([0xff, 0xfe, 0x00]) },
      'with more data than an event carries': { body: text(`{"reportId":"${'x'.repeat(100_000)}"}`) },
    }
    it.for(Object.entries(strange))('buries a message %s, and goes on', async ([, parcel]) => {
      const { put, publish, hearer, dead } = await setUp()
      const { heard } = await hearer()

      await put({ subject: 'hospital.report.requested', ...good, ...parcel })
      await publish(requested({ id: 'the next one' }))

      const [letter] = await dead(1)
      expect(letter?.subject).toMatch(/^dead\.reports\.(unknown|report\.requested)$/)
      expect(letter?.body).toEqual(parcel.body ?? good.body)
      await vi.waitFor(() => expect(idsOf(heard)).toEqual(['the next one']))
    })

    it('buries a known event that nobody here handles', async () => {
      const { put, hearer, dead } = await setUp()
      await hearer()
      const stray = encodeEvent(
        makeReports(contractOf('report.expired') as never, { reportId: 'r-1' } as never),
      )

      await put({ subject: 'hospital.report.requested', ...stray })

      expect(await dead(1)).toMatchObject([{ subject: 'dead.reports.report.expired' }])
    })

    it('ignores what a newer service adds to an event', async () => {
      const { put, hearer } = await setUp()
      const { heard } = await hearer()
      const event = requested()
      const newer = encodeEvent({ ...event, data: { ...event.data, mood: 'calm' } } as HospitalEvent)

      await put({ subject: 'hospital.report.requested', ...newer })

      await vi.waitFor(() => expect(heard).toHaveLength(1))
    })

    it('finishes what is in hand before it closes, and the ack arrives', async () => {
      const { publish, hearer, bus } = await setUp()
      const leaving = await hearer(async () => {
        await sleep(2 * ackWaitMs)
        return done
      })
      await publish(requested())
      await vi.waitFor(() => expect(leaving.deliveries).toHaveLength(1))

      await leaving.bus.close()

      expect(leaving.finished()).toBe(1)
      const heir = await hearer()
      await settleDown()
      expect(heir.heard).toEqual([])
      await bus.close()
    })

    it('begins nothing after it was told to close', async () => {
      const { publish, hearer } = await setUp()
      const leaving = await hearer(async () => {
        await sleep(100)
        return done
      })
      await publish(requested({ id: 'in hand' }))
      await vi.waitFor(() => expect(leaving.deliveries).toHaveLength(1))

      const closing = leaving.bus.close()
      await publish(requested({ id: 'too late' }))
      await closing

      expect(idsOf(leaving.heard)).toEqual(['in hand'])
      const heir = await hearer()
      await vi.waitFor(() => expect(idsOf(heir.heard)).toEqual(['too late']), patient)
    })

    it('may be closed twice', async () => {
      const { hearer } = await setUp()
      const { bus } = await hearer()

      await Promise.all([bus.close(), bus.close()])
      await bus.close()
    })

    it('tells those who follow, live, what is said and what is published', async () => {
      const { bus: gateway, reports } = await setUp()
      const seen: string[] = []
      await gateway.follow([reportProgressed, contractOf('report.started') as never], ({ type }) => {
        seen.push(type)
      })

      reports.say(makeReports(reportProgressed, { reportId: 'r-1', attempt: 1, phase: 'writing', rows: 10 }))
      await reports.publish(
        makeReports(contractOf('report.started') as never, { reportId: 'r-1', attempt: 1 } as never),
      )

      await vi.waitFor(() => expect(seen).toEqual(['report.progressed', 'report.started']))
    })

    it('is not stopped by a follower that throws', async () => {
      const { bus: gateway, reports } = await setUp()
      const seen: number[] = []
      await gateway.follow([reportProgressed], ({ data }) => {
        seen.push(data.rows)
        throw new Error('the page is gone')
      })

      for (const rows of [1, 2]) {
        reports.say(makeReports(reportProgressed, { reportId: 'r-1', attempt: 1, phase: 'writing', rows }))
      }

      await vi.waitFor(() => expect(seen).toEqual([1, 2]))
    })

    it('refuses to publish what no stream would keep', async () => {
      const { reports } = await setUp()
      const event = makeReports(reportProgressed, { reportId: 'r-1', attempt: 1, phase: 'writing', rows: 10 })

      await expect(reports.publish(event)).rejects.toThrow('report.progressed is not kept')
    })

    it('refuses to publish more than an event carries', async () => {
      const { bus } = await setUp()
      const event = requested()
      const parameters = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`p${n}`, 'x'.repeat(190)]))

      await expect(
        bus.publish({ ...event, data: { ...event.data, parameters } } as HospitalEvent),
      ).rejects.toThrow('more than')
    })

    it('tells what waits and what is in hand', async () => {
      const { publish, hearer } = await setUp()
      let finish = () => {}
      const { bus } = await hearer(() => new Promise<Outcome>((resolve) => (finish = () => resolve(done))), 1)
      await Promise.all([publish(requested()), publish(requested()), publish(requested())])

      await vi.waitFor(async () => {
        expect(await bus.flows()).toMatchObject([{ durable: 'reports-exports', inHand: 1, pending: 2 }])
      })
      const stopped = bus.close()
      finish()
      await stopped
    })

    it('replays to the one consumer that it names, under its own id, and to nobody else', async () => {
      const { bus, hearer, kept } = await setUp()
      const { heard } = await hearer()
      const event = requested({ id: 'the same' })

      await bus.replay(encodeEvent(event), reportsExportsConsumer, 'replay-1')
      await bus.replay(encodeEvent(event), reportsExportsConsumer, 'replay-1')
      await bus.replay(encodeEvent(requested()), { stream: 'EVENTS', durable: 'somebody-else' }, 'replay-2')

      await vi.waitFor(() => expect(heard).toEqual([event]), patient)
      await settleDown()
      expect(heard).toHaveLength(1)
      expect((await kept()).map(({ subject }) => subject)).toEqual([
        'replay.events.reports-exports',
        'replay.events.somebody-else',
      ])
    })

    it('gathers whatever a stream keeps, as it is, and again what could not be stored', async () => {
      const { bus, put } = await setUp()
      const stored: Gathered[] = []
      let fail = true
      const broken = { subject: 'dead.reports.unknown', headers: { 'x-any': 'thing' }, body: text('{"no') }
      await put(broken)
      await bus.gather({
        gatherer: gatewayDeadLettersConsumer,
        most: 10,
        everyMs: 0,
        async take(batch) {
          if (fail) {
            fail = false
            throw new Error('the disk is full')
          }
          stored.push(...batch)
        },
      })
      await put({ ...broken, subject: 'dead.mailer.mail.sent' })

      await vi.waitFor(() => expect(stored).toHaveLength(2), patient)
      expect(stored.map(({ parcel }) => parcel.subject).toSorted()).toEqual([
        'dead.mailer.mail.sent',
        'dead.reports.unknown',
      ])
      const [first] = stored
      expect(first?.stream).toBe('DEAD_LETTERS')
      expect(first?.parcel.headers).toMatchObject(broken.headers)
      expect(Array.from(first?.parcel.body ?? [])).toEqual(Array.from(broken.body))
    })

    it('answers with the sequence of what it stores, the same when it is published again', async () => {
      const { bus } = await setUp()
      const [first, second] = [requested(), requested()]

      const sequence = await bus.publish(first)
      const highest = await bus.publishAll([first, second])

      expect(highest?.event).toEqual(second)
      expect(highest?.sequence).toBeGreaterThan(sequence)
      expect(await bus.publish(first)).toBe(sequence)
      const state = await bus.streamState('EVENTS')
      expect(state.lastSequence).toBeGreaterThanOrEqual(highest?.sequence ?? Number.POSITIVE_INFINITY)
    })

    it('stores a checkpoint where the one before is the last, and otherwise says which is', async () => {
      const { bus } = await setUp()
      const place = { stream: 'EVENTS', service: 'gateway', incarnation: 'first' } as const

      const { sequence, isStored } = await bus.checkpoint(place, 0)
      expect(isStored).toBe(true)
      expect(await bus.checkpoint(place, 0)).toEqual({ isStored: false, sequence })
      expect(await bus.checkpoint(place, sequence + 7)).toEqual({ isStored: false, sequence })
      expect(await bus.checkpoint({ ...place, incarnation: 'second' }, sequence)).toEqual({
        isStored: false,
        sequence: 0,
      })
      expect(await bus.checkpoint(place, sequence)).toMatchObject({ isStored: true })
    })

    async function setUp(changed: Partial<ConsumerDeclaration> = {}) {
      const broker = await open({ ...impatient, ...changed })
      opened.push(broker)
      const bus = await broker.bus('gateway')
      const reports = await broker.bus('reports')
      return {
        bus,
        reports,
        publish: (event: HospitalEvent) => bus.publish(event),
        put: broker.put,
        kept: broker.kept,
        async dead(count: number) {
          const letters = async () =>
            (await broker.kept()).filter(({ subject }) => subject.startsWith('dead.'))
          await vi.waitFor(async () => expect(await letters()).toHaveLength(count), patient)
          return letters()
        },
        async hearer(
          handle: (event: ReportRequested, delivery: Delivery) => Promise<Outcome> = async () => done,
          concurrency = 1,
        ) {
          const bus = await broker.bus('reports')
          const heard: HospitalEvent[] = []
          const deliveries: { attempt: number; at: number }[] = []
          let finished = 0
          await bus.subscribe(
            subscription(
              { ...impatient, ...changed },
              concurrency,
              hears(reportRequested, async (event, delivery) => {
                heard.push(event)
                deliveries.push({ attempt: delivery.attempt, at: performance.now() })
                const outcome = await handle(event, delivery)
                finished += 1
                return outcome
              }),
              hears(reportCancelled, async () => done),
            ),
          )
          return { bus, heard, deliveries, finished: () => finished }
        },
      }
    }
  })
}

const patient = { timeout: 15_000, interval: 20 }
const make = eventMaker('gateway')
const makeReports = eventMaker('reports')

export function requested({
  id,
  cause,
}: {
  id?: string
  cause?: { id: string; correlationid: string }
} = {}) {
  return make(
    reportRequested,
    {
      reportId: 'r-1',
      report: 'appointments',
      parameters: {},
      flavour: 'standard',
      gzip: false,
      requestedBy: 'p-1',
      role: 'admin',
    },
    cause,
    id === undefined ? {} : { id },
  )
}

const idsOf = (events: readonly HospitalEvent[]) => events.map(({ id }) => id)

function text(value: string) {
  return new TextEncoder().encode(value)
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
