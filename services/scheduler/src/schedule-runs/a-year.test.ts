import { type HospitalEvent, mailerTicksConsumer, type ScheduleDocument, tickFired } from '@rounds/contracts'
import { done, eventMaker, hears, memoryBroker, memoryBus, subscription } from '@rounds/messaging'
import { occurrences, readExpression } from '@rounds/schedule'
import { describe, expect, it } from 'vitest'
import { aSchedule, memoryFires } from '../../test/memory-fires.ts'
import { fireSchedules } from './fire-schedules.ts'

const zones = [
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Havana',
  'America/Santiago',
  'America/Nuuk',
  'Atlantic/Azores',
  'Europe/London',
  'Europe/Dublin',
  'Europe/Berlin',
  'Europe/Chisinau',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Jerusalem',
  'Antarctica/Troll',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Norfolk',
]
/** In every hour that one of these clocks leaves out or repeats, on the days of the week on which it may. Lord Howe changes by half an hour. */
const whenClocksChange = (zone: string) =>
  `${zone === 'Australia/Lord_Howe' ? '15,45' : '15'} 23,0-3 * 3,4,9,10,11 0,4-6`
const expressions = ['30 2 * * *', '30 1 * * *', '0 0 * * *', '45 */6 * * *', '30 7 * * 1-5', '0 6 1 * *']

const from = Date.parse('2026-01-01T00:00:00Z')
const until = Date.parse('2027-01-01T00:00:00Z')

/**
 * Three replicas with clocks 90 s apart, killed between any two of their steps; now and then all of them are down. Each
 * seed takes eight seconds of processor, which may be minutes on a machine that is busy.
 */
describe('a year in 20 zones, with replicas killed at random', { timeout: 180_000 }, () => {
  it.each([1, 2])('misses nothing and doubles nothing, seed %i', async (seed) => {
    const chance = chanceOf(seed)
    const fires = memoryFires()
    const broker = memoryBroker()
    const heard: HospitalEvent[] = []
    const mailer = memoryBus({ broker })
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
    const schedules = zones.flatMap((zone, index) =>
      [whenClocksChange(zone), expressions[index % expressions.length] ?? ''].map((expression, which) =>
        aSchedule({
          _id: `${zone.replaceAll('/', '-')}-${which}`,
          zone,
          expression,
          catchUp: { policy: 'all', windowMinutes: 24 * 60 },
          activeFrom: new Date(from),
        }),
      ),
    )
    let clock = from
    let kills = 0
    const lived = [0, 90_000, -90_000].map((skew) => ({ skew, downUntil: 0, live: begin(skew) }))

    // Long enough after the year for whoever is behind.
    while (clock < until + 7_200_000) {
      clock += 30_000 + chance() * 60 * 60_000
      if (chance() < 0.002) for (const one of lived) one.downUntil = clock + chance() * 8 * 3_600_000
      await Promise.all(
        lived.map(async (one) => {
          if (one.downUntil > clock) return
          try {
            await one.live()
          } catch (error) {
            if (!(error instanceof Killed)) throw error
            kills += 1
            one.live = begin(one.skew)
            one.downUntil = clock + chance() * 600_000
          }
        }),
      )
    }
    for (const one of lived) one.downUntil = 0
    await publishUnsaid(memoryBus({ broker }), () => false)
    await mailer.settled()

    const expected = schedules.flatMap(keysOf).toSorted()
    expect(zones.filter((zone) => !meetsBothChanges(zone))).toEqual([])
    const inTheYear = (id: string) => Date.parse(id.split('@')[1] ?? '') <= until
    expect(
      heard
        .map(({ id }) => id)
        .filter(inTheYear)
        .toSorted(),
    ).toEqual(expected)
    expect(new Set(fires.all().map(({ outcome }) => outcome))).toEqual(new Set(['fired', 'late']))
    expect(kills).toBeGreaterThan(100)

    /** A process: it looks, it relays, and it dies between any two steps. */
    function begin(skew: number): () => Promise<void> {
      const dies = () => chance() < 0.01
      const mortal = async <Answer>(step: () => Promise<Answer>): Promise<Answer> => {
        if (dies()) throw new Killed()
        const answer = await step()
        if (dies()) throw new Killed()
        return answer
      }
      const bus = memoryBus({ broker })
      const look = fireSchedules({
        schedules: async () => schedules,
        fires: {
          keep: (decided) => mortal(() => fires.keep(decided)),
          decidedUntil: fires.decidedUntil,
          lastFired: fires.lastFired,
        },
        goesOn: async () => false,
        make: eventMaker('scheduler'),
        now: () => new Date(clock + skew),
        onDecided: () => {},
        onBroken: () => expect.unreachable(),
      })
      return async () => {
        await look()
        await publishUnsaid(bus, dies)
      }
    }

    async function publishUnsaid(bus: ReturnType<typeof memoryBus>, dies: () => boolean) {
      for (const entry of fires.unsaid()) {
        if (dies()) throw new Killed()
        for (const event of entry.says) await bus.publish(event)
        if (dies()) throw new Killed()
        fires.markSaid(entry)
      }
    }
  })
})

class Killed extends Error {}

const keysOf = ({ _id, expression, zone }: ScheduleDocument): string[] =>
  ofTheYear(expression, zone).map(({ due }) => `${_id}@${due.toISOString()}`)

/** Whether a minute that the clocks leave out and one that they repeat are among the occurrences. */
function meetsBothChanges(zone: string): boolean {
  const met = new Set(ofTheYear(whenClocksChange(zone), zone).map(({ dst }) => dst))
  return met.has('moved') && met.has('first of two')
}

function ofTheYear(expression: string, zone: string) {
  const { cron } = readExpression(expression)
  if (!cron) throw new Error(expression)
  return occurrences(cron, zone, new Date(from), new Date(until)).toArray()
}

/** Mulberry32 (Tommy Ettinger, public domain). */
function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
