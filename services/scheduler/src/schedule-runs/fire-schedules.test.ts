import type { FireDocument, ScheduleDocument } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { aSchedule, memoryFires } from '../../test/memory-fires.ts'
import { fireSchedules } from './fire-schedules.ts'

describe('a schedule', () => {
  it('fires when its time has come, and once', async () => {
    const world = setUp({ at: '2026-05-04T01:59:59Z' })
    await world.look()
    expect(world.decided()).toEqual([])

    world.pass(1_000)
    await world.look()
    await world.look()

    expect(world.decided()).toEqual(['morning-20260504T020000Z fired'])
    expect(world.said()).toEqual([
      expect.objectContaining({
        id: 'morning@2026-05-04T02:00:00.000Z',
        type: 'tick.fired',
        subject: 'morning',
        data: {
          scheduleId: 'morning',
          fireId: 'morning-20260504T020000Z',
          purpose: 'daily-reminders',
          due: '2026-05-04T02:00:00.000Z',
          by: 'clock',
        },
      }),
    ])
  })

  it('fires once though three replicas look, with clocks that stand 90 seconds apart', async () => {
    const world = setUp({ at: '2026-05-04T01:58:00Z', skews: [0, 90_000, -90_000] })

    for (let second = 0; second < 300; second++) {
      await world.look()
      world.pass(1_000)
    }

    expect(world.decided()).toEqual(['morning-20260504T020000Z fired'])
  })

  it('counts an occurrence as missed for nobody because one clock is ahead', async () => {
    const strict = aSchedule({
      catchUp: { policy: 'skip', windowMinutes: 1 },
      activeFrom: new Date('2026-05-04T00:00:00Z'),
    })
    const world = setUp({ at: '2026-05-04T01:59:00Z', skews: [-90_000], schedules: [strict] })
    await world.look()
    world.pass(119_000)
    await world.restartWith([90_000])

    await world.look()

    expect(world.decided()).toEqual(['morning-20260504T020000Z late'])
  })

  it('is taken up without restart, and nothing before it was made is missed', async () => {
    const world = setUp({ at: '2026-05-04T01:59:30Z', schedules: [] })
    await world.look()
    world.schedules.push(aSchedule({ activeFrom: new Date('2026-05-04T01:59:30Z') }))
    world.pass(30_000)

    await world.look()

    expect(world.decided()).toEqual(['morning-20260504T020000Z fired'])
  })

  it('goes by its new expression as soon as it is changed', async () => {
    const world = setUp({ at: '2026-05-04T01:00:00Z' })
    await world.look()
    world.change({ expression: '0 7 * * *', version: 2, activeFrom: new Date('2026-05-04T01:00:00Z') })
    world.pass(30 * 60_000)
    await world.look()
    world.pass(30 * 60_000)
    await world.look()

    expect(world.decided()).toEqual(['morning-20260504T013000Z fired'])
  })

  it('rests while it is paused, and what lay in between is not missed', async () => {
    const world = setUp({ at: '2026-05-04T01:00:00Z' })
    world.change({ version: 2, paused: { reason: 'holidays', by: 'asha', at: world.now() } })
    world.pass(48 * hour)
    await world.look()
    expect(world.decided()).toEqual([])

    world.change({ version: 3, activeFrom: world.now() })
    const { paused: _, ...resumed } = world.schedules[0] as ScheduleDocument
    world.schedules.splice(0, 1, resumed)
    world.pass(hour)
    await world.look()
    expect(world.decided()).toEqual(['morning-20260506T020000Z fired'])
  })

  it('that cannot be read is told once, and the others go on', async () => {
    const world = setUp({
      at: '2026-05-04T02:00:00Z',
      schedules: [
        aSchedule({ _id: 'broken', expression: '0 0 1-100000000 * *' }),
        aSchedule({ _id: 'nowhere', zone: 'Asia/Nowhere' }),
        aSchedule({ activeFrom: new Date('2026-05-04T00:00:00Z') }),
      ],
    })
    await world.look()
    await world.look()

    expect(world.broken).toEqual(['broken', 'nowhere'])
    expect(world.decided()).toEqual(['morning-20260504T020000Z fired'])
  })

  it('goes on where it was when the ledger was away in between', async () => {
    const world = setUp({ at: '2026-05-04T01:59:00Z' })
    await world.look()
    world.breakLedger(true)
    world.pass(3 * 60_000)
    await expect(world.look()).rejects.toThrow('away')

    world.breakLedger(false)
    await world.look()

    expect(world.decided()).toEqual(['morning-20260504T020000Z late'])
  })
})

describe('after downtime', () => {
  const hourly = (policy: 'skip' | 'once' | 'all', windowMinutes = 600) =>
    aSchedule({ expression: '0 * * * *', zone: 'UTC', catchUp: { policy, windowMinutes } })

  it.each([
    ['skip', ['missed', 'missed', 'missed', 'fired']],
    ['once', ['missed', 'missed', 'missed', 'fired']],
    ['all', ['late', 'late', 'late', 'fired']],
  ] as const)(
    'with `%s` each missed occurrence is listed with what became of it',
    async (policy, outcomes) => {
      const world = await downFor(3 * hour, hourly(policy))
      expect(world.decided().map((line) => line.split(' ')[1])).toEqual(['fired', ...outcomes])
    },
  )

  it('makes up once, late, when nothing else is due', async () => {
    const world = await downFor(2.5 * hour, hourly('once'))
    expect(world.decided()).toEqual([
      'morning-20260504T020000Z fired',
      'morning-20260504T030000Z missed',
      'morning-20260504T040000Z late',
    ])
    expect(world.fires.all().map(({ reason }) => reason)).toEqual([
      undefined,
      'made up by a later one',
      undefined,
    ])
    expect(world.said()).toHaveLength(2)
  })

  it('makes up for nothing beyond the window', async () => {
    const world = await downFor(2.5 * hour, hourly('all', 60))
    expect(world.decided().map((line) => line.split(' ')[1])).toEqual(['fired', 'missed', 'late'])
  })

  it('of a month, every minute of it is listed and the next one fires', async () => {
    const world = await downFor(31 * 24 * hour, { ...hourly('once'), expression: '* * * * *' })
    const outcomes = Map.groupBy(world.fires.all(), ({ outcome }) => outcome)
    expect(outcomes.get('missed')?.length).toBeGreaterThan(31 * 24 * 60 - 10)
    expect(world.said().length).toBeLessThan(15)
  })

  async function downFor(ms: number, schedule: ScheduleDocument) {
    const world = setUp({
      at: '2026-05-04T02:00:00Z',
      schedules: [{ ...schedule, activeFrom: new Date('2026-05-04T01:30:00Z') }],
    })
    await world.look()
    world.pass(ms)
    if (ms % hour === 0) world.pass(hour)
    await world.restartWith([0])
    await world.look()
    return world
  }
})

describe('a run by hand', () => {
  it('is fired once, also while the schedule is paused, and the clock goes on as before', async () => {
    const world = setUp({ at: '2026-05-04T01:59:00Z', skews: [0, 0] })
    world.change({
      version: 2,
      paused: { reason: 'holidays', by: 'asha', at: world.now() },
      runs: [{ runId: 'run-1', by: 'asha', at: world.now() }],
    })
    await world.look()
    await world.look()

    expect(world.decided()).toEqual(['run-1 fired'])
    expect(world.said()).toMatchObject([
      { id: 'morning@run-1', data: { fireId: 'run-1', by: 'person', due: '2026-05-04T01:59:00.000Z' } },
    ])
  })

  it('that nobody thinks of any more is not fired', async () => {
    const world = setUp({ at: '2026-05-04T01:59:00Z' })
    world.change({ version: 2, runs: [{ runId: 'run-1', by: 'asha', at: new Date('2026-05-02T00:00:00Z') }] })
    await world.look()
    expect(world.decided()).toEqual(['run-1 missed'])
    expect(world.said()).toEqual([])
  })
})

describe('while the work of an earlier fire goes on', () => {
  it('none is fired where overlap is `skip`, and it is said why', async () => {
    const world = setUp({
      at: '2026-05-04T02:00:00Z',
      schedules: [
        aSchedule({
          overlap: 'skip',
          expression: '0 * * * *',
          zone: 'UTC',
          activeFrom: new Date('2026-05-04T01:30:00Z'),
        }),
      ],
    })
    await world.look()
    world.goesOn.add('morning-20260504T020000Z')
    world.pass(hour)
    await world.look()
    world.goesOn.clear()
    world.pass(hour)
    await world.look()

    expect(world.decided()).toEqual([
      'morning-20260504T020000Z fired',
      'morning-20260504T030000Z skipped',
      'morning-20260504T040000Z fired',
    ])
    expect(world.fires.all()[1]?.reason).toBe('the one before goes on')
    expect(world.said()).toHaveLength(2)
  })
})

const hour = 3_600_000

interface Setting {
  readonly at: string
  readonly skews?: readonly number[]
  readonly schedules?: ScheduleDocument[]
}

/** Replicas on one ledger, each with a clock that is this far from the true time. */
function setUp({ at, skews = [0], schedules }: Setting) {
  let clock = new Date(at).getTime()
  let isAway = false
  const fires = memoryFires()
  const told: FireDocument[] = []
  const broken: string[] = []
  const goesOn = new Set<string>()
  const kept = schedules ?? [aSchedule({ activeFrom: new Date(clock) })]
  const replica = (skew: number) =>
    fireSchedules({
      schedules: async () => kept,
      fires: {
        ...fires,
        async keep(decided) {
          if (isAway) throw new Error('the database is away')
          return fires.keep(decided)
        },
      },
      goesOn: async ({ _id }) => goesOn.has(_id),
      make: eventMaker('scheduler'),
      now: () => new Date(clock + skew),
      onDecided: (fire) => void told.push(fire),
      onBroken: ({ _id }) => void broken.push(_id),
    })
  let replicas = skews.map(replica)

  return {
    fires,
    broken,
    goesOn,
    schedules: kept,
    now: () => new Date(clock),
    pass: (ms: number) => {
      clock += ms
    },
    look: async () => {
      await Promise.all(replicas.map((look) => look()))
    },
    async restartWith(skews: readonly number[]) {
      replicas = skews.map(replica)
    },
    change(change: Partial<ScheduleDocument>) {
      kept.splice(0, 1, { ...(kept[0] as ScheduleDocument), ...change })
    },
    breakLedger: (away: boolean) => {
      isAway = away
    },
    /** What was told by any replica: as many lines as there are decisions. */
    decided: () => told.map(({ _id, outcome }) => `${_id} ${outcome}`),
    said: () => fires.unsaid().flatMap(({ says }) => says),
  }
}
