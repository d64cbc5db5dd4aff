import type { Service } from '@rounds/service'
import type { AuditModule } from '../audit/index.ts'
import type { AuthModule } from '../auth/index.ts'
import type { CampaignsModule } from '../campaigns/index.ts'
import type { GatewayConfig } from '../config.ts'
import { type GatewayModule, holdNames } from '../http/index.ts'
import type { JobsModule } from '../jobs/index.ts'
import type { MailModule } from '../mail/index.ts'
import { scheduleLifecycleRoutes } from './lifecycle-routes.ts'
import { mongoSchedules, scheduleIndexes } from './mongo-schedule-store.ts'
import { scheduleRoutes } from './schedule-routes.ts'
import { tickHandlers } from './tick-handlers.ts'

/** Schedules of reports and mails, and what becomes of their ticks. */
export function schedulesModule(
  { config, make, now, outbox, store }: Service<GatewayConfig>,
  {
    audit: { audit, auditEntry },
    auth: { personById },
    jobs: { hub, jobs, scheduledReport, subjects },
    mail: { senderTotals },
    campaigns: { audiences, campaigns },
  }: {
    readonly audit: AuditModule
    readonly auth: AuthModule
    readonly jobs: JobsModule
    readonly mail: MailModule
    readonly campaigns: CampaignsModule
  },
): GatewayModule {
  const schedules = mongoSchedules(store, outbox.ring)
  const deps = {
    schedules,
    scheduledReport,
    subjects,
    campaigns,
    audit,
    make,
    now,
    zone: config.HOSPITAL_ZONE,
  }
  return {
    name: 'schedules',
    routes: [scheduleRoutes(deps), scheduleLifecycleRoutes(deps)],
    subscriptions: [
      tickHandlers({
        schedules,
        jobs,
        campaigns,
        audiences,
        senderTotals,
        scheduledReport,
        personById,
        subjects,
        approvalLimit: config.APPROVAL_LIMIT,
        auditEntry,
        make,
        now,
        jobAdded: hub.show,
      }),
    ],
    afterIndexes: () => holdNames(store, 'schedules'),
    indexes: { schedules: scheduleIndexes },
    outboxes: ['schedules'],
  }
}
