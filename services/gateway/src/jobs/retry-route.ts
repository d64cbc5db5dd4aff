import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { identifier, jobAccepted } from '@rounds/contracts'
import { Type } from 'typebox'
import { idempotencyHeader, notFound, ProblemError } from '../http/index.ts'
import { type AcceptJobDeps, acceptJob } from './accept-job.ts'
import { mayBeRetried } from './job.ts'
import { type Jobs, mayAct } from './job-store.ts'
import type { DecideReport } from './report-decision.ts'

export interface RetryJobDeps extends AcceptJobDeps {
  readonly jobs: Pick<Jobs, 'add' | 'byKey' | 'list' | 'one'>
  readonly decideReport: DecideReport
}

/** The same wish once more, as a job of its own: what failed stays to be seen. */
export function retryJob(deps: RetryJobDeps): FastifyPluginAsyncTypebox {
  const accept = acceptJob(deps)
  return async (app) => {
    app.post(
      '/v1/jobs/:id/retry',
      {
        config: { policy: { roles: ['admin', 'doctor', 'patient'], scope: 'reports:write' } },
        schema: {
          operationId: 'retryJob',
          summary: 'Ask again for what failed, was cancelled or expired',
          tags: ['jobs'],
          headers: idempotencyHeader,
          params: Type.Object({ id: identifier('The job') }),
          response: { 202: jobAccepted },
        },
      },
      (request, reply) =>
        accept(request, reply, { retry: request.params.id }, async () => {
          const job = await deps.jobs.one(request.params.id, request.principal)
          if (!job || !mayAct(request.principal, job)) throw notFound()
          if (!mayBeRetried(job))
            throw new ProblemError(
              409,
              'NOT_RETRYABLE',
              'Only what failed, was cancelled or expired can be retried',
              {
                detail: `This job is ${job.state}.`,
              },
            )
          // In the name of the one who asked: an admin who repeats a doctor's report does not get to read it.
          const { report, parameters, columns, flavour, gzip, fileName, requestedBy, requestedByName, role } =
            job
          const again = {
            report,
            parameters: { ...parameters },
            ...(columns ? { columns: [...columns] } : {}),
          }
          // Rights may have ended since, and the rules may have changed.
          const decision = await deps.decideReport(again, { personId: requestedBy, role })
          if ('faults' in decision)
            throw new ProblemError(
              422,
              decision.code ?? 'REPORT_REFUSED',
              'This report cannot be made any more',
              {
                errors: decision.faults,
              },
            )
          const wish = { report, parameters, ...(columns ? { columns } : {}), flavour, gzip, fileName }
          return { wish, requestedBy, requestedByName, role, retryOf: job._id }
        }),
    )
  }
}
