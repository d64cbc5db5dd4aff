import type { Appointment } from '@rounds/contracts/http'
import { describe, expect, it } from 'vitest'
import { plannedAndPast } from './planned-and-past.ts'

const visit = (appointmentId: string, startsAt: string, status: Appointment['status'] = 'booked') =>
  ({ appointmentId, startsAt, status }) as Appointment

describe('a patient’s visits', () => {
  it('are planned soonest first, and past latest first; a cancelled one is not planned', () => {
    const { planned, past } = plannedAndPast(
      [
        visit('far', '2026-12-24T04:00:00Z'),
        visit('called-off', '2026-12-01T04:00:00Z', 'cancelled'),
        visit('near', '2026-11-24T04:00:00Z'),
        visit('older', '2026-10-01T04:00:00Z', 'checked'),
        visit('newer', '2026-11-01T04:00:00Z', 'checked'),
      ],
      new Date('2026-11-23T00:00:00Z'),
    )

    expect(planned.map(({ appointmentId }) => appointmentId)).toEqual(['near', 'far'])
    expect(past.map(({ appointmentId }) => appointmentId)).toEqual(['called-off', 'newer', 'older'])
  })
})
