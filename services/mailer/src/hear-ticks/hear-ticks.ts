import type { BatchInput, TickFired, tickFired } from '@rounds/contracts'
import { done, type Handler, reject } from '@rounds/messaging'
import { dayIn, daysLater, monthBefore } from '@rounds/schedule'
import type { BatchLedger } from '../batch-work.ts'
import type { Wishes } from '../wishes.ts'

export interface HearTicksDeps {
  readonly batches: Pick<BatchLedger, 'accept'>
  readonly wishes: Pick<Wishes, 'schedule'>
  readonly check: (day: string, tick: TickFired) => Promise<void>
  readonly zone: string
  readonly ring: () => void
}

/** Writes down the list that a fire asks for; one per fire, however often it comes. */
export function hearTicks({ batches, wishes, check, zone, ring }: HearTicksDeps): Handler<typeof tickFired> {
  return async function hearTick(tick) {
    const { purpose, scheduleId, fireId, due } = tick.data
    // What people steer, a report or a campaign, the gateway makes of it.
    if (purpose === 'report' || purpose === 'campaign') return done
    if (purpose === 'completeness-check') {
      await check(daysLater(dayIn(new Date(due), zone), -1), tick)
      return done
    }
    const schedule = await wishes.schedule(scheduleId)
    if (!schedule) return reject('no such schedule')
    const input = batchOf(tick, schedule.parameters, zone)
    if (!input) return reject('the schedule does not say what is to be sent')
    await batches.accept(fireId, input)
    ring()
    return done
  }
}

type Parameters = NonNullable<Awaited<ReturnType<Wishes['schedule']>>>['parameters']

/** What a fire asks for; pure. By the nominal instant, so that a late fire reminds of the day it was meant for. */
export function batchOf(
  { id, correlationid, data: { purpose, due } }: TickFired,
  { offsets = ['same-day'] }: Parameters,
  zone: string,
): BatchInput | undefined {
  const cause = { id, correlationid }
  const today = dayIn(new Date(due), zone)
  switch (purpose) {
    case 'daily-reminders': {
      const days = offsets.map((offset) => ({
        offset,
        day: offset === 'same-day' ? today : daysLater(today, 1),
      }))
      return { kind: 'reminders', days, cause }
    }
    case 'monthly-activity':
      return { kind: 'activity', month: monthBefore(new Date(due), zone), cause }
    default:
      return undefined
  }
}
