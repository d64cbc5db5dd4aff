import {
  type BatchInput,
  type BatchProgress,
  type ScheduleParameters,
  type SchedulePurpose,
  tickFired,
} from '@rounds/contracts'
import { memoryLedger } from '@rounds/ledger'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { hearTicks } from './hear-ticks.ts'

const zone = 'Asia/Kolkata'
/** 07:30 of the 26th in India. */
const due = '2026-11-26T02:00:00.000Z'

describe('a tick', () => {
  it('of the morning asks for reminders of that day, and of the next where the schedule says so', async () => {
    const world = setUp({ offsets: ['same-day', 'day-before'] })
    await world.hear('daily-reminders')
    expect(await world.batch()).toMatchObject({
      kind: 'reminders',
      days: [
        { offset: 'same-day', day: '2026-11-26' },
        { offset: 'day-before', day: '2026-11-27' },
      ],
    })
  })

  it('that comes twice asks once', async () => {
    const world = setUp({})
    await world.hear('daily-reminders')
    await world.hear('daily-reminders')
    expect(await world.ledger.claimMany(5)).toHaveLength(1)
  })

  it('of the month asks for the month before', async () => {
    const world = setUp({})
    await world.hear('monthly-activity')
    expect(await world.batch()).toMatchObject({ kind: 'activity', month: '2026-10' })
  })

  it('of the night checks the day before', async () => {
    const world = setUp({})
    await world.hear('completeness-check')
    expect(world.checked).toEqual(['2026-11-25'])
  })

  it.each(['report', 'campaign'] as const)('of a %s is somebody else’s', async (purpose) => {
    const world = setUp(undefined)
    expect(await world.hear(purpose)).toEqual({ kind: 'done' })
    expect(await world.batch()).toBeUndefined()
  })

  it('of a schedule that nobody knows is kept for a person', async () => {
    expect(await setUp(undefined).hear('daily-reminders')).toMatchObject({ kind: 'reject' })
  })
})

function setUp(parameters: ScheduleParameters | undefined) {
  const ledger = memoryLedger<BatchInput, BatchProgress>()
  const checked: string[] = []
  const hear = hearTicks({
    batches: ledger,
    wishes: { schedule: async () => parameters && { parameters } },
    check: async (day) => void checked.push(day),
    zone,
    ring() {},
  })
  const make = eventMaker('scheduler')
  return {
    ledger,
    checked,
    hear: (purpose: SchedulePurpose) =>
      hear(make(tickFired, { scheduleId: 's1', fireId: 'f1', purpose, due, by: 'clock' }), {
        attempt: 1,
        signal: new AbortController().signal,
      }),
    batch: async () => (await ledger.read('f1'))?.input,
  }
}
