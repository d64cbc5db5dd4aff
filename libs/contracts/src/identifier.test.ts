import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { envelopeFaults } from './event.ts'
import { instant } from './identifier.ts'
import { tickFired } from './schedule-events.ts'

const reads = Compile(instant('When'))

describe('an instant', () => {
  it.each(['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.123+05:30', '9999-12-31T23:59:59Z'])(
    'may be %s',
    (text) => {
      expect([reads.Check(text), Number.isNaN(new Date(text).getTime())]).toEqual([true, false])
    },
  )

  it.each([
    '2026-12-31T23:59:60Z',
    '2026-01-01T05:29:60+05:30',
    '2026-01-31T09:30:00Z[Asia/Kolkata]',
    '2026-01-31T09:30:00[u-ca=indian]',
    '2026-02-30T09:30:00Z',
    '2026-01-31T09:30:00',
    'tomorrow',
  ])('is not %s, which no clock of ours reads', (text) => {
    expect(reads.Check(text)).toBe(false)
  })

  it('is asked for by what an event carries, and by the envelope', () => {
    const due = '2026-01-31T23:59:60Z'
    const data = { scheduleId: 's', fireId: 'f', purpose: 'daily-reminders', due, by: 'clock' }
    expect(tickFired.faults(data)).toEqual(['/due must match format "date-time"'])
    expect(
      envelopeFaults({ id: '1', source: 's', type: 't', subject: 's', time: due, correlationid: 'c' }),
    ).toEqual(['/time must match format "date-time"'])
  })
})
