import * as appointment from './appointment-events.ts'
import * as campaign from './campaign-events.ts'
import * as canary from './canary-events.ts'
import * as chat from './chat-events.ts'
import type { EventContract } from './event.ts'
import * as mail from './mail-events.ts'
import * as report from './report-events.ts'
import * as schedule from './schedule-events.ts'

/** Every event of the hospital, by family, in the order a reader would want to meet them. */
export const eventFamilies = {
  appointment: [
    appointment.appointmentBooked,
    appointment.appointmentRescheduled,
    appointment.appointmentCancelled,
    appointment.appointmentChecked,
    appointment.appointmentMissed,
  ],
  report: [
    report.reportRequested,
    report.reportStarted,
    report.reportProgressed,
    report.reportCompleted,
    report.reportFailed,
    report.reportCancelled,
    report.reportExpired,
  ],
  campaign: [
    campaign.campaignRequested,
    campaign.campaignApproved,
    campaign.campaignPaused,
    campaign.campaignResumed,
    campaign.campaignCancelled,
    campaign.campaignCompleted,
  ],
  mail: [
    mail.mailRequested,
    mail.mailSent,
    mail.mailFailed,
    mail.mailSuppressed,
    mail.mailDoubted,
    mail.mailBounced,
  ],
  delivery: [mail.deliveryResolved, mail.suppressionRequested, mail.batchIncomplete],
  space: [chat.spaceChanged, chat.spaceTried, chat.spaceStopped],
  chat: [chat.chatPosted, chat.chatFailed, chat.chatDoubted],
  post: [chat.postResolved],
  schedule: [schedule.scheduleChanged],
  tick: [schedule.tickFired],
  canary: [canary.canarySent, canary.canaryTicked, canary.canaryAnswered],
} as const satisfies Record<string, readonly EventContract[]>

/** The same, flat. */
export const hospitalEvents: readonly EventContract[] = Object.values(eventFamilies).flat()

const byType = new Map(hospitalEvents.map((contract) => [contract.type, contract]))

/** The contract of a type, or nothing when the hospital has no such event. */
export const contractOf = (type: string): EventContract | undefined => byType.get(type)
