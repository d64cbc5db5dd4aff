import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { identifier, jobList, jobQuery, job as jobShown } from '@rounds/contracts'
import { Type } from 'typebox'
import { notFound, type Policy, ProblemError, pageFrom, pageOf } from '../http/index.ts'
import { isFinished, type Job } from './job.ts'
import { filterOf } from './job-query.ts'
import type { Jobs } from './job-store.ts'
import { type Progress, viewOf } from './job-view.ts'

export interface FollowJobsRouteDeps {
  readonly jobs: Pick<Jobs, 'one' | 'list'>
  readonly progressOf: (jobId: string) => Progress | undefined
  readonly retrying: () => string[]
  readonly now: () => Date
}

export const maySeeJobs: Policy = { roles: ['admin', 'doctor', 'patient', 'ops'], scope: 'reports:read' }

/** What was asked for and how it stands: a list, and one by one. */
export function jobListRoutes({
  jobs,
  progressOf,
  retrying,
  now,
}: FollowJobsRouteDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/jobs',
      {
        config: { policy: maySeeJobs },
        schema: {
          operationId: 'listJobs',
          summary: 'Jobs, latest first',
          description:
            '`q` takes `state:`, `report:`, `kind:`, `by:` (a person) and `since:` (30m, 2h, 3d); words are joined by "and", the same field twice by "or".',
          tags: ['jobs'],
          querystring: jobQuery,
          response: { 200: jobList },
        },
      },
      async ({ query, principal }) => {
        const { limit, position } = pageOf(query)
        const asked = filterOf(query.q ?? '', now())
        if ('faults' in asked)
          throw new ProblemError(422, 'QUERY_NOT_UNDERSTOOD', 'This search is not understood', {
            errors: asked.faults,
          })
        const found = await jobs.list(asked.filter, principal, {
          limit: limit + 1,
          retrying: retrying(),
          ...(position ? { before: position.id } : {}),
        })
        return pageFrom(found, limit, placeOf, (job) => viewOf(job, progressOf(job._id), principal))
      },
    )

    app.get(
      '/v1/jobs/:id',
      {
        config: { policy: maySeeJobs },
        schema: {
          operationId: 'readJob',
          summary: 'One job',
          tags: ['jobs'],
          params: Type.Object({ id: identifier('The job') }),
          response: { 200: jobShown, 304: Type.Unsafe<undefined>(Type.Null({ description: 'Nothing new' })) },
        },
      },
      async (request, reply) => {
        const job = await jobs.one(request.params.id, request.principal)
        if (!job) throw notFound()
        const progress = progressOf(job._id)
        const etag = etagOf(job, progress)
        reply.header('etag', etag).header('cache-control', 'private, no-cache')
        if (!isFinished(job)) reply.header('retry-after', '2')
        return viewOf(job, progress, request.principal)
      },
    )
  }
}

const placeOf = (job: Job) => ({ after: job.createdAt.toISOString(), id: job._id })

/** The version, and between two versions how far the work is. */
function etagOf(job: Job, progress: Progress | undefined): string {
  const between = progress && !isFinished(job) ? [progress.attempt, progress.phase, progress.rows] : []
  return `"${[job.version, ...between].join('-')}"`
}
