import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { identifier, task } from '@rounds/contracts'
import { Type } from 'typebox'
import { type Progress, shownState } from '../job-view.ts'
import type { Jobs } from '../jobs.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { taskOf } from './task.ts'

export interface AnswerAsCeleryDeps {
  readonly jobs: Pick<Jobs, 'one'>
  readonly progressOf: (jobId: string) => Progress | undefined
}

/** For programs that used to ask Celery. */
export function answerAsCelery({ jobs, progressOf }: AnswerAsCeleryDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/tasks/:id',
      {
        config: { policy: { roles: ['admin', 'doctor', 'patient', 'ops'], scope: 'reports:read' } },
        schema: {
          operationId: 'readTask',
          summary: 'A job as Celery’s AsyncResult tells it',
          tags: ['jobs'],
          params: Type.Object({ id: identifier('The job') }),
          response: { 200: task },
        },
      },
      async ({ params, principal }) => {
        const job = await jobs.one(params.id, principal)
        if (!job) throw notFound()
        const told = taskOf(job, shownState(job, progressOf(job._id)))
        if (!told) throw new ProblemError(410, 'EXPIRED', 'This result is no longer kept')
        return told
      },
    )
  }
}
