import type { CampaignsModule } from '../campaigns/index.ts'
import type { GatewayModule } from '../http/index.ts'
import type { JobsModule } from '../jobs/index.ts'
import type { MailModule } from '../mail/index.ts'
import { celeryTasks } from './celery-task-route.ts'

/** Jobs, mails and campaigns as Celery's clients ask for tasks. */
export const celeryCompatModule = ({
  jobs: { jobs, hub },
  mail: { mails, deliveries },
  campaigns: { campaigns },
}: {
  readonly jobs: JobsModule
  readonly mail: MailModule
  readonly campaigns: CampaignsModule
}): GatewayModule => ({
  name: 'celery-compat',
  routes: [celeryTasks({ jobs, progressOf: hub.progressOf, mails, campaigns, deliveries })],
})
