import { gatewayHearsTicks, type TickFired, tickFired } from '@rounds/contracts'
import {
  done,
  hears,
  type MakeEvent,
  type Outcome,
  reject,
  type Subscription,
  subscription,
} from '@rounds/messaging'
import { promised } from '../accept-job.ts'
import { entryOfSchedule } from '../audit.ts'
import type { Job } from '../job.ts'
import type { Jobs } from '../jobs.ts'
import type { ScheduledReport } from '../scheduled-report.ts'
import type { Schedules } from '../schedules.ts'

export interface HearTicksDeps {
  readonly schedules: Pick<Schedules, 'read'>
  readonly jobs: Pick<Jobs, 'add' | 'byFire'>
  readonly scheduledReport: ScheduledReport
  readonly make: MakeEvent
  readonly now: () => Date
  readonly jobAdded: (job: Job) => void
}

/** The time of a report has come: a job is made as if the schedule's owner had asked. Other purposes are the mailer's. */
export function ticksHeard(deps: HearTicksDeps): Subscription {
  return subscription(gatewayHearsTicks, 8, hears(tickFired, makeJob(deps)))
}

export function makeJob({ schedules, jobs, scheduledReport, make, now, jobAdded }: HearTicksDeps) {
  return async (tick: TickFired): Promise<Outcome> => {
    const { purpose, scheduleId, fireId, due } = tick.data
    if (purpose !== 'report') return done
    if (await jobs.byFire(fireId)) return done
    const schedule = await schedules.read('the house', scheduleId)
    if (!schedule) return reject('there is no such schedule')
    const asked = await scheduledReport(schedule, schedule.createdBy, new Date(due))
    if ('faults' in asked) {
      const why = asked.faults.map(({ pointer, detail }) => `${pointer} ${detail}`)
      return reject(`its report is refused: ${why.join('; ')}`)
    }

    const { wish, owner, recipients } = asked
    const whose = { requestedBy: owner.personId, requestedByName: owner.name, role: 'admin' } as const
    const { job, says } = promised(wish, { ...whose, fireId, sharedWith: recipients }, make, tick, now())
    const entry = entryOfSchedule(owner.personId, 'report.scheduled', job._id, now())
    // Heard twice at once, the fire's key lets one of them win.
    if ((await jobs.add(job, says, entry)) === 'added') jobAdded(job)
    return done
  }
}
