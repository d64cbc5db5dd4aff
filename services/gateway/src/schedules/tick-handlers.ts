import { campaignRequested, gatewayTicksConsumer, type TickFired, tickFired } from '@rounds/contracts'
import {
  done,
  hears,
  type MakeEvent,
  type Outcome,
  reject,
  type Subscription,
  subscription,
} from '@rounds/messaging'
import { type AuditDocument, entryOfSchedule } from '../audit/index.ts'
import {
  type Audiences,
  approvalReasonOf,
  type CampaignFaultsDeps,
  type Campaigns,
  campaignFaults,
  contributionsToFire,
  draft,
  sentOff,
} from '../campaigns/index.ts'
import type { Principal } from '../http/index.ts'
import { type Job, type Jobs, promised, type ScheduledReport } from '../jobs/index.ts'
import type { SenderTotals } from '../mail/index.ts'
import type { Schedules } from './schedule-store.ts'

export type HearTicksDeps = MakeJobDeps & MakeCampaignDeps

export interface MakeJobDeps {
  readonly schedules: Pick<Schedules, 'read'>
  readonly jobs: Pick<Jobs, 'add' | 'byFire'>
  readonly scheduledReport: ScheduledReport
  readonly make: MakeEvent
  readonly now: () => Date
  readonly jobAdded: (job: Job) => void
}

export interface MakeCampaignDeps extends CampaignFaultsDeps {
  readonly schedules: Pick<Schedules, 'read'>
  readonly campaigns: Pick<Campaigns, 'add' | 'one'>
  readonly audiences: Pick<Audiences, 'count'>
  readonly personById: (personId: string) => Promise<Pick<Principal, 'role'> | undefined>
  /** Above as many recipients a second person approves. */
  readonly approvalLimit: number
  readonly senderTotals: Pick<SenderTotals, 'reserve'>
  readonly auditEntry: (entry: AuditDocument) => Promise<void>
  readonly make: MakeEvent
  readonly now: () => Date
}

/** The time of a report or of a campaign has come. Other purposes are the mailer's. */
export function tickHandlers(deps: HearTicksDeps): Subscription {
  const [job, campaign] = [makeJob(deps), makeCampaign(deps)]
  return subscription(
    gatewayTicksConsumer,
    8,
    hears(tickFired, async (tick) => {
      if (tick.data.purpose === 'report') return job(tick)
      return tick.data.purpose === 'campaign' ? campaign(tick) : done
    }),
  )
}

/**
 * Sends a campaign off as if the schedule's owner had: it is checked as one of a person is, it can be paused and called off, and
 * above the limit somebody who had no hand in the schedule approves it, each time. It is named after the fire, so there is one however often the tick comes.
 */
export function makeCampaign(deps: MakeCampaignDeps) {
  const { schedules, campaigns, audiences, personById, approvalLimit, senderTotals, auditEntry, make, now } =
    deps
  const { whole } = campaignFaults(deps)
  return async (tick: TickFired): Promise<Outcome> => {
    const { scheduleId, fireId, due } = tick.data
    if (await campaigns.one(fireId, 'the house')) return done
    const schedule = await schedules.read('the house', scheduleId)
    if (!schedule) return reject('there is no such schedule')
    const { createdBy: by, parameters } = schedule
    if (!parameters.campaign) return reject('the schedule does not say what is to be sent')
    if ((await personById(by))?.role !== 'admin') return reject('its owner may not send to many any more')

    const faults = await whole(parameters.campaign)
    if (faults.length > 0) {
      const why = faults.map(({ pointer, detail }) => `${pointer} ${detail}`)
      return reject(`its campaign is refused: ${why.join('; ')}`)
    }

    const contributions = contributionsToFire(schedule, fireId)
    const made = draft({ _id: fireId, ...parameters.campaign, contributions }, by, tick.correlationid, now())
    const expected = await audiences.count(made)
    // It counts to whoever touched the schedule last, and by the time it was due, so that each day's fire is a day after the last and not some milliseconds less.
    const sending = { sender: schedule.updatedBy, under: fireId, recipients: expected, at: new Date(due) }
    const approvalReason = await approvalReasonOf(made, sending, approvalLimit, senderTotals)
    const sent = sentOff(made, { by, at: now(), expected, approvalReason, under: fireId })
    if (typeof sent === 'string') return reject(`it cannot be sent off: ${sent}`)
    await auditEntry(entryOfSchedule(by, 'campaign.scheduled', fireId, now()))
    const needsApproval = approvalReason !== undefined
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
