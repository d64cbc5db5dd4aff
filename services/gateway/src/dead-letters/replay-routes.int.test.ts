import {
  encodeEvent,
  type HospitalEvent,
  type ReportRequested,
  reportCancelled,
  reportRequested,
  reportStarted,
  reportsExportsConsumer,
} from '@rounds/contracts'
import { type Loop, silent } from '@rounds/kernel'
import { type LocalNats, startNats, testServers } from '@rounds/local-servers'
import {
  type Bus,
  type Connection,
  connectTo,
  done,
  eventMaker,
  hears,
  jetstreamBus,
  type Outcome,
  provision,
  reject,
  subscription,
} from '@rounds/messaging'
import { StreamIncarnation } from '@rounds/mongo'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'
import { eventLogCollectors } from '../traces/collectors.ts'
import { mongoHistory } from '../traces/mongo-event-log.ts'
import { deadLetterCollectors } from './collectors.ts'
import { mongoDeadLetters } from './mongo-dead-letter-store.ts'
import { replayer } from './replay-worker.ts'

const patient = { timeout: 20_000, interval: 50 }
const make = eventMaker('gateway')

describe('a dead letter', { timeout: 60_000 }, () => {
  let nats: LocalNats
  let world: Awaited<ReturnType<typeof openWorld>>
  beforeAll(async () => {
    nats = await startNats()
  })
  afterAll(() => nats.stop())
  beforeEach(async () => {
    await nats.wipe()
    world = await openWorld(nats)
  })
  afterEach(() => world.close())

  it('is shown with what is wrong with it, mended, sent as a new event, and then done once', async () => {
    await world.poison({ reportId: 7, report: 'appointments' })
    const [letter] = await world.letters(1)
    expect(letter).toMatchObject({
      kind: 'letter',
      state: 'open',
      consumer: 'reports-exports',
      service: 'reports',
      type: 'report.requested',
      deliveries: 1,
    })
    const asha = await world.door.as('asha')
    const path = `/v1/dead-letters/${letter?.deadLetterId}`
    const { body: opened } = await asha('GET', path)
    expect(opened.faults).toContainEqual({ pointer: '/data/reportId', detail: 'must be string' })
    expect(opened.data).toEqual({ reportId: 7, report: 'appointments' })
    expect(Buffer.from(opened.raw, 'base64').toString()).toContain('"reportId":7')

    const { data } = requested('r-1')
    const wrong = { ...data, reportId: 'no spaces allowed' }
    const refused = await asha('POST', `${path}/replay`, { as: 'new', data: wrong })
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/data/reportId'])
    expect((await asha('POST', `${path}/validate`, { data })).body).toEqual({ valid: true, faults: [] })
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => asha('POST', `${path}/replay`, { as: 'new', data })),
    )
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])

    await vi.waitFor(() => expect(world.effects).toEqual(['r-1']), patient)
    await vi.waitFor(async () => expect((await asha('GET', path)).body.replay.sentAt).toMatch(/Z$/), patient)
    expect((await asha('POST', `${path}/replay`, { as: 'new', data })).status).toBe(202)
    await world.quiet()
    expect(world.heard.map(({ causationid }) => causationid)).toEqual(['poison'])
    expect(world.effects).toEqual(['r-1'])
    // An advisory tells of each; its message lies among the letters.
    await vi.waitFor(async () => {
      const { body } = await asha('GET', '/v1/dead-letters?kind=terminated')
      expect(body.items).toMatchObject([{ state: 'explained', letterId: letter?.deadLetterId }])
    }, patient)
  })

  it('goes back as the same event to the one who could not take it, once', async () => {
    world.answer = async () => reject('the moon is full')
    await world.gateway.publish(requested('r-2', 'same-event'))
    const [letter] = await world.letters(1)
    expect(letter).toMatchObject({ reason: 'the moon is full', eventId: 'same-event', about: 'r-2' })
    world.answer = undefined

    const asha = await world.door.as('asha')
    const path = `/v1/dead-letters/${letter?.deadLetterId}/replay`
    await Promise.all([asha('POST', path, { as: 'same' }), asha('POST', path, { as: 'same' })])
    await vi.waitFor(() => expect(world.effects).toEqual(['r-2']), patient)
    await asha('POST', path, { as: 'same' })

    await world.quiet()
    expect(world.heard.map(({ id }) => id)).toEqual(['same-event', 'same-event'])
    expect(await world.door.audited()).toContain(`asha dead-letter.replayed ${letter?.deadLetterId}`)
    const otherwise = await asha('POST', path, { as: 'new', data: requested('r-9').data })
    expect([otherwise.status, otherwise.body.code]).toEqual([409, 'ALREADY_RESOLVED'])
  })

  it('that dies again is another one, and names the first', async () => {
    world.answer = async () => reject('still full')
    await world.gateway.publish(requested('r-3'))
    const [first] = await world.letters(1)
    const asha = await world.door.as('asha')
    await asha('POST', `/v1/dead-letters/${first?.deadLetterId}/replay`, { as: 'same' })

    const [second] = await world.letters(2)
    expect(second).toMatchObject({ replayOf: first?.deadLetterId, state: 'open', about: 'r-3' })
  })

  it('waits for a broker that is away, and goes out when it is back', async () => {
    world.answer = async () => reject('not yet')
    await world.gateway.publish(requested('r-4'))
    const [letter] = await world.letters(1)
    world.answer = undefined
    await nats.kill()

    const asha = await world.door.as('asha')
    const path = `/v1/dead-letters/${letter?.deadLetterId}`
    expect((await asha('POST', `${path}/replay`, { as: 'same' })).status).toBe(202)
    expect((await asha('GET', path)).body.replay).not.toHaveProperty('sentAt')
    await nats.restart()

    await vi.waitFor(() => expect(world.effects).toEqual(['r-4']), { timeout: 40_000, interval: 100 })
  })

  it('goes out again to a broker that was wiped, and is done once', async () => {
    world.answer = async () => reject('not yet')
    await world.gateway.publish(requested('r-5'))
    const [letter] = await world.letters(1)
    world.answer = undefined
    const asha = await world.door.as('asha')
    await asha('POST', `/v1/dead-letters/${letter?.deadLetterId}/replay`, { as: 'same' })
    await vi.waitFor(() => expect(world.effects).toEqual(['r-5']), patient)
    const before = world.heard.length

    await nats.wipe()
    await world.provision()

    await vi.waitFor(() => expect(world.heard.length).toBe(before + 1), { timeout: 40_000, interval: 100 })
    expect(world.effects).toEqual(['r-5'])
    // It is one letter, however often its message is buried or gathered.
    expect(await world.letters(1)).toHaveLength(1)
  })

  it('of many is counted first, then goes back so many a second, also when the process ends in between', async () => {
    world.answer = async () => reject('overload')
    await world.gateway.publishAll(Array.from({ length: 24 }, (_, n) => requested(`bulk-${n}`)))
    await world.letters(24)
    world.answer = undefined
    const asha = await world.door.as('asha')
    const filter = { consumer: 'reports-exports', reason: 'OVERLOAD' }
    const dry = await asha('POST', '/v1/dead-letters/replay', { filter, dryRun: true })
    expect([dry.status, dry.body]).toEqual([200, { count: 24 }])

    const key = { 'idempotency-key': 'once' }
    const begun = await asha('POST', '/v1/dead-letters/replay', { filter, perSecond: 8 }, key)
    const again = await asha('POST', '/v1/dead-letters/replay', { filter, perSecond: 8 }, key)
    expect([begun.status, again.body.runId]).toEqual([202, begun.body.runId])
    await vi.waitFor(() => expect(world.effects.length).toBeGreaterThanOrEqual(8), patient)
    await world.restartReplayer()

    await vi.waitFor(() => expect(new Set(world.effects).size).toBe(24), patient)
    const run = async () => (await asha('GET', `/v1/dead-letters/replays/${begun.body.runId}`)).body
    await vi.waitFor(
      async () => expect(await run()).toMatchObject({ state: 'done', taken: 24, sent: 24 }),
      patient,
    )
    expect(world.effects).toHaveLength(24)
    const perSecond = Map.groupBy(world.times, (at) => Math.floor((at - (world.times[0] ?? 0)) / 1_000))
    // A turn is a second; two of them may touch one of ours.
    for (const times of perSecond.values()) expect(times.length).toBeLessThanOrEqual(16)
    expect(world.times.length).toBe(24)
  })

  it('that is no event at all stops nobody, and neither does one that came without its papers', async () => {
    await world.replay({ headers: {}, body: new Uint8Array([0xff, 0xfe]) }, 'broken-1')
    await world.replay(
      { headers: { 'ce-type': '> dead *', 'x-long': 'x'.repeat(9_000) }, body: text('[') },
      'broken-2',
    )
    await world.replay(
      { headers: encodeEvent(requested('r-6')).headers, body: text(`"${'x'.repeat(100_000)}"`) },
      'broken-3',
    )
    await world.poison({})
    const letters = await world.letters(4)

    expect(letters.map(({ type }) => type).toSorted()).toEqual([
      'report.requested',
      'report.requested',
      'unknown',
      'unknown',
    ])
    const asha = await world.door.as('asha')
    for (const { deadLetterId } of letters) {
      const { status, body } = await asha('GET', `/v1/dead-letters/${deadLetterId}`)
      expect([status, body.faults.length > 0]).toEqual([200, true])
    }
    const lines = (await asha('GET', '/v1/dead-letters/export?kind=letter')).body.trim().split('\n')
    expect(lines.map((line: string) => JSON.parse(line).deadLetterId).toSorted()).toEqual(
      letters.map(({ deadLetterId }) => deadLetterId).toSorted(),
    )
  })

  it('stands in its chain, beside what else was said', async () => {
    const event = requested('r-7')
    await world.gateway.publish(event)
    await vi.waitFor(() => expect(world.effects).toEqual(['r-7']), patient)
    world.answer = async () => reject('no')
    await world.gateway.publish({ ...requested('r-7', 'second'), correlationid: event.correlationid })
    const [letter] = await world.letters(1)

    const om = await world.door.as('om')
    await vi.waitFor(async () => {
      const { body } = await om('GET', `/v1/chains/${event.correlationid}`)
      expect(body.events?.map(({ type, depth }: { type: string; depth: number }) => [type, depth])).toEqual([
        ['report.requested', 0],
        ['report.started', 1],
        ['report.requested', 0],
      ])
      expect(body.events[2].deadLetters).toEqual([
        { deadLetterId: letter?.deadLetterId, consumer: 'reports-exports', state: 'open' },
      ])
    }, patient)
    const about = await om('GET', `/v1/chains?about=${letter?.deadLetterId}`)
    expect(about.body.items).toMatchObject([
      { correlationId: event.correlationid, startedBy: 'report.requested', events: 3 },
    ])
  })
})

async function openWorld(nats: LocalNats) {
  const as = (user: 'gateway' | 'reports' | 'provisioner') =>
    connectTo({ url: nats.url, user, password: nats.passwordOf(user), log: silent })
  const provisioner: Connection = await as('provisioner')
  const makeWhole = () => vi.waitFor(() => provision(provisioner), patient)
  await makeWhole()
  const door = await createTestServer(testServers().freshDatabase())
  const gateway: Bus = jetstreamBus(await as('gateway'), { log: silent })
  const reports: Bus = jetstreamBus(await as('reports'), { log: silent })

  const desk = mongoDeadLetters(door.store, () => loop.ring())
  const incarnations = () =>
    (['EVENTS', 'TICKS'] as const).map(
      (stream) =>
        new StreamIncarnation({ stream, service: 'gateway', of: 'replays', bus: gateway, store: door.store }),
    )
  const begin = (): Loop =>
    replayer({
      desk,
      bus: gateway,
      incarnations: incarnations(),
      now: door.now,
      log: silent,
      pollEveryMs: 50,
    })
  let loop = begin()
  const heard: HospitalEvent[] = []
  const effects: string[] = []
  const times: number[] = []
  const known = new Set<string>()
  const makeReports = eventMaker('reports')
  const world = {
    door,
    gateway,
    heard,
    effects,
    times,
    answer: undefined as ((event: ReportRequested) => Promise<Outcome>) | undefined,
    provision: makeWhole,
    replay: (message: { headers: Record<string, string>; body: Uint8Array }, id: string) =>
      gateway.replay(message, reportsExportsConsumer, id),
    /** A message of the right type with anything in it, straight to the consumer. */
    poison: (data: unknown) =>
      gateway.replay(
        { headers: encodeEvent(requested('r-1', 'poison')).headers, body: text(JSON.stringify(data)) },
        reportsExportsConsumer,
        'poison',
      ),
    /** The letters, last to die first, once there are so many. */
    async letters(count: number) {
      const om = await door.as('om')
      const find = async () => (await om('GET', '/v1/dead-letters?kind=letter&limit=200')).body.items
      await vi.waitFor(async () => expect(await find()).toHaveLength(count), patient)
      return (await find()) as { deadLetterId: string; type: string }[]
    },
    async quiet() {
      await vi.waitFor(async () => {
        const flows = [...(await gateway.flows()), ...(await reports.flows())]
        expect(flows.every(({ pending, inHand }) => pending === 0 && inHand === 0)).toBe(true)
      }, patient)
    },
    async restartReplayer() {
      await loop.stop()
      loop = begin()
      await loop.start()
    },
    async close() {
      await loop.stop()
      await Promise.all([gateway.close(), reports.close(), provisioner.close()])
      await door.close()
    },
  }
  await reports.subscribe(
    subscription(
      reportsExportsConsumer,
      4,
      hears(reportRequested, async (event) => {
        heard.push(event)
        if (world.answer) return world.answer(event)
        // As a ledger does: the key decides, and a second time changes nothing.
        if (known.has(event.data.reportId)) return done
        known.add(event.data.reportId)
        effects.push(event.data.reportId)
        times.push(Date.now())
        await reports.publish(
          makeReports(reportStarted, { reportId: event.data.reportId, attempt: 1 }, event),
        )
        return done
      }),
      hears(reportCancelled, async () => done),
    ),
  )
  await Promise.all(
    [...deadLetterCollectors(desk), ...eventLogCollectors(mongoHistory(door.store))].map(gateway.gather),
  )
  await loop.start()
  return world
}

function requested(reportId: string, id?: string) {
  return make(
    reportRequested,
    {
      reportId,
      report: 'appointments',
      parameters: {},
      flavour: 'standard',
      gzip: false,
      requestedBy: 'p-1',
      role: 'admin',
    },
    undefined,
    id === undefined ? {} : { id },
  )
}

const text = (value: string) => new TextEncoder().encode(value)
