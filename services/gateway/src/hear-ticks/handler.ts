import { campaignRequested, gatewayHearsTicks, type TickFired, tickFired } from '@rounds/contracts'
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
import type { Audiences } from '../audience.ts'
import { type AuditDocument, entryOfSchedule } from '../audit.ts'
import { draft, isEverybody, sentOff } from '../campaign.ts'
import type { Campaigns } from '../campaigns.ts'
import type { Job } from '../job.ts'
import type { Jobs } from '../jobs.ts'
import type { Principal } from '../principal.ts'
import type { ScheduledReport } from '../scheduled-report.ts'
import type { Schedules } from '../schedules.ts'

export type HearTicksDeps = MakeJobDeps & MakeCampaignDeps

export interface MakeJobDeps {
  readonly schedules: Pick<Schedules, 'read'>
  readonly jobs: Pick<Jobs, 'add' | 'byFire'>
  readonly scheduledReport: ScheduledReport
  readonly make: MakeEvent
  readonly now: () => Date
  readonly jobAdded: (job: Job) => void
}

export interface MakeCampaignDeps {
  readonly schedules: Pick<Schedules, 'read'>
  readonly campaigns: Pick<Campaigns, 'add' | 'one'>
  readonly audiences: Pick<Audiences, 'count'>
  readonly personById: (personId: string) => Promise<Pick<Principal, 'role'> | undefined>
  /** Above as many recipients a second person approves. */
  readonly approvalLimit: number
  readonly auditEntry: (entry: AuditDocument) => Promise<void>
  readonly make: MakeEvent
  readonly now: () => Date
}

/** The time of a report or of a campaign has come. Other purposes are the mailer's. */
export function ticksHeard(deps: HearTicksDeps): Subscription {
  const [job, campaign] = [makeJob(deps), makeCampaign(deps)]
  return subscription(
    gatewayHearsTicks,
    8,
    hears(tickFired, async (tick) => {
      if (tick.data.purpose === 'report') return job(tick)
      return tick.data.purpose === 'campaign' ? campaign(tick) : done
    }),
  )
}

/**
 * Sends a campaign off as if the schedule's owner had: it can be paused and called off, and above the limit a second person approves
 * it, each time. It is named after the fire, so there is one however often the tick comes.
 */
export function makeCampaign(deps: MakeCampaignDeps) {
  const { schedules, campaigns, audiences, personById, approvalLimit, auditEntry, make, now } = deps
  return async (tick: TickFired): Promise<Outcome> => {
    const { scheduleId, fireId } = tick.data
    if (await campaigns.one(fireId, 'the house')) return done
    const schedule = await schedules.read('the house', scheduleId)
    if (!schedule) return reject('there is no such schedule')
    const { createdBy: by, parameters } = schedule
    if (!parameters.campaign) return reject('the schedule does not say what is to be sent')
    if ((await personById(by))?.role !== 'admin') return reject('its owner may not send to many any more')

    const made = draft({ _id: fireId, ...parameters.campaign }, by, tick.correlationid, now())
    const expected = await audiences.count(made)
    const needsApproval = expected > approvalLimit || isEverybody(made)
    const sent = sentOff(made, { by, at: now(), expected, needsApproval, under: fireId })
    if (typeof sent === 'string') return reject(`it cannot be sent off: ${sent}`)
    await auditEntry(entryOfSchedule(by, 'campaign.scheduled', fireId, now()))
    const wish = { campaignId: fireId, template: sent.template, requestedBy: by, needsApproval }
    await campaigns.add(sent, [make(campaignRequested, wish, tick)])
    return done
  }
}

/** A job is made as if the schedule's owner had asked. */
export function makeJob({ schedules, jobs, scheduledReport, make, now, jobAdded }: MakeJobDeps) {
  return async (tick: TickFired): Promise<Outcome> => {
    const { scheduleId, fireId, due } = tick.data
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
