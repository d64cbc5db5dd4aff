import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { identifier, type Task, task } from '@rounds/contracts'
import { Type } from 'typebox'
import type { Campaigns } from '../campaigns/index.ts'
import { mayCall, notFound, type Policy, type Principal, ProblemError } from '../http/index.ts'
import { type Jobs, type Progress, shownState } from '../jobs/index.ts'
import { countsOf, type Deliveries, deliveryView, type Mails, noTally } from '../mail/index.ts'
import { campaignTaskOf, mailTaskOf, taskOf } from './celery-task.ts'

type Guarded = Exclude<Policy, 'public' | 'system'>
const readingReports: Guarded = { roles: ['admin', 'doctor', 'patient', 'ops'], scope: 'reports:read' }
/** As `GET /v1/mails/{id}` and `GET /v1/campaigns/{id}` have it. */
const readingMail: Guarded = { roles: ['admin'], scope: 'mail:read' }

export interface CeleryTasksDeps {
  readonly jobs: Pick<Jobs, 'one'>
  readonly progressOf: (jobId: string) => Progress | undefined
  readonly mails: Pick<Mails, 'one'>
  readonly campaigns: Pick<Campaigns, 'one'>
  readonly deliveries: Pick<Deliveries, 'list' | 'tallies'>
}

/** For programs that used to ask Celery. */
export function celeryTasks({
  jobs,
  progressOf,
  mails,
  campaigns,
  deliveries,
}: CeleryTasksDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/tasks/:id',
      {
        config: {
          policy: { roles: ['admin', 'doctor', 'patient', 'ops'], scope: ['reports:read', 'mail:read'] },
        },
        schema: {
          operationId: 'readTask',
          summary: 'A job, a mail or a campaign as Celery’s AsyncResult tells it',
          description:
            'Reports for a token with `reports:read`, mails and campaigns for an admin’s with `mail:read`; what one may not read is not found.',
          tags: ['jobs'],
          params: Type.Object({ id: identifier('The job, the mail or the campaign') }),
          response: { 200: task },
        },
      },
      async ({ params, principal }) => {
        const job = mayCall(readingReports, principal) && (await jobs.one(params.id, principal))
        if (!job) return mailTask(params.id, principal)
        const progress = progressOf(job._id)
        const told = taskOf(job, shownState(job, progress), progress)
        if (!told) throw new ProblemError(410, 'EXPIRED', 'This result is no longer kept')
        return told
      },
    )
  }

  async function mailTask(id: string, principal: Principal): Promise<Task> {
    if (!mayCall(readingMail, principal)) throw notFound()
    const mail = await mails.one(id)
    if (mail) {
      const [delivery] = await deliveries.list(principal, { batchId: id }, { limit: 1 })
      return mailTaskOf(id, delivery && deliveryView(delivery, principal))
    }
    const campaign = await campaigns.one(id, principal)
    if (!campaign) throw notFound()
    const tally = (await deliveries.tallies([id])).get(id) ?? noTally
    return campaignTaskOf(campaign, countsOf(campaign, tally))
  }
}
