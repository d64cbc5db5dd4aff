import { type CheckDocument, type HospitalEvent, tickFired } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { expect, it } from 'vitest'
import { checkCompleteness, missingOf } from './check-completeness.ts'

const whole = { batchId: 'a', what: 'campaign', expected: 3, reached: 3 }
const short = { batchId: 'b', what: 'reminders', expected: 3, reached: 1 }

it('misses what did not reach everybody, a fire that led to nothing, and a mail that nobody wrote down', () => {
  const missing = missingOf(
    [whole, short],
    [
      { id: 'f1', what: 'daily-reminders', hasCome: true },
      { id: 'f2', what: 'daily-reminders', hasCome: false },
      { id: 'm1', what: 'single', hasCome: false },
    ],
  )
  expect(missing.map(({ batchId, expected, reached }) => [batchId, expected, reached])).toEqual([
    ['b', 3, 1],
    ['f2', 1, 0],
    ['m1', 1, 0],
  ])
})

it('keeps what it found for the hospital’s day, and says it under ids that are the same when it is done again', async () => {
  const kept: { check: CheckDocument; says: readonly HospitalEvent[] }[] = []
  const days: string[] = []
  const check = checkCompleteness({
    batches: async (since, until) => {
      days.push(`${since.toISOString()} ${until.toISOString()}`)
      return [whole, short]
    },
    fires: async () => [],
    mails: async () => [],
    keep: async (check, says) => void kept.push({ check, says }),
    make: eventMaker('mailer'),
    zone: 'Asia/Kolkata',
    now: () => new Date(0),
  })
  const tick = eventMaker('scheduler')(tickFired, {
    scheduleId: 's',
    fireId: 'f',
    purpose: 'completeness-check',
    due: '2026-11-26T00:00:00.000Z',
    by: 'clock',
  })
  await check('2026-11-25', tick)
  await check('2026-11-25', tick)
  expect(days[0]).toBe('2026-11-24T18:30:00.000Z 2026-11-25T18:30:00.000Z')
  expect(kept[0]?.check).toMatchObject({ _id: 'check-2026-11-25', batches: 2, missing: [{ batchId: 'b' }] })
  expect(kept.map(({ says }) => says.map(({ id }) => id))).toEqual([
    ['check-2026-11-25-b-f'],
    ['check-2026-11-25-b-f'],
  ])
})
