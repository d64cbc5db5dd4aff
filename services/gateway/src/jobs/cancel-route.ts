import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { identifier, job as jobShown, reportCancelled } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound, ProblemError } from '../http/index.ts'
import { calledOff, type Job } from './job.ts'
import { type Jobs, mayAct } from './job-store.ts'
import { viewOf } from './job-view.ts'

export interface CancelJobDeps {
  readonly jobs: Pick<Jobs, 'one' | 'change'>
  readonly make: MakeEvent
  readonly audit: Audit
  readonly now: () => Date
  /** Called with what was called off: the relay is rung, and whoever watches is shown. */
  readonly jobChanged: (job: Job) => void
}

/** A person calls a job off. Final at once; the worker hears of it and stops. */
export function cancelJob(deps: CancelJobDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/jobs/:id/cancel',
      {
        config: { policy: { roles: ['admin', 'doctor', 'patient'], scope: 'reports:write' } },
        schema: {
          operationId: 'cancelJob',
          summary: 'Call a job off',
          tags: ['jobs'],
          params: Type.Object({ id: identifier('The job') }),
          response: { 200: jobShown },
        },
      },
      async (request) => {
        const { principal } = request
        const seen = await deps.jobs.one(request.params.id, principal)
        if (!seen || !mayAct(principal, seen)) throw notFound()
        const cancelledBy = principal.personId
        const off = (job: Job) => {
          const moved = calledOff(job, cancelledBy, deps.now())
          if (moved === 'finished') throw alreadyFinished(job)
          return moved
        }
        if (off(seen) === seen) return viewOf(seen, undefined, principal)
        await deps.audit(request, 'report.cancelled', seen._id)

        const job = await deps.jobs.change(seen._id, off, () => [
          deps.make(reportCancelled, { reportId: seen._id, cancelledBy }, request.trace),
        ])
        if (!job) throw notFound()
        deps.jobChanged(job)
        return viewOf(job, undefined, principal)
      },
    )
  }
}

const alreadyFinished = ({ state }: Job) =>
  new ProblemError(409, 'ALREADY_FINISHED', 'This job has ended', { detail: `It is ${state}.` })
