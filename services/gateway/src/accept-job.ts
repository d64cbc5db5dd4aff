import { randomUUIDv7 } from 'node:crypto'
import { type HospitalEvent, reportRequested } from '@rounds/contracts'
import type { Cause, MakeEvent } from '@rounds/messaging'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Audit } from './audit.ts'
import { expectSameWish, idempotencyOf } from './idempotency.ts'
import { type Job, newJob, type Wish } from './job.ts'
import { linksOf, shownState } from './job-view.ts'
import type { Jobs } from './jobs.ts'
import { notFound } from './problem-error.ts'

/** What accepting a job needs from the world. */
export interface AcceptJobDeps {
  readonly jobs: Pick<Jobs, 'add' | 'byKey'>
  readonly make: MakeEvent
  readonly audit: Audit
  readonly now: () => Date
  /** Called with what was accepted: the relay is rung, and whoever watches is shown. */
  readonly jobChanged: (job: Job) => void
}

/** A wish that stands, and in whose name. */
export interface Accepted
  extends Pick<Job, 'requestedBy' | 'requestedByName' | 'role' | 'retryOf' | 'sharedWith'> {
  readonly wish: Wish
}

/**
 * Promises a report: 202, with the job's links. The same Idempotency-Key answers with the job it made the first time;
 * `body` is what makes two such requests the same, and `decided` runs for new ones only.
 */
export function acceptJob({ jobs, make, audit, now, jobChanged }: AcceptJobDeps) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    body: unknown,
    decided: () => Promise<Accepted>,
  ) => {
    const idempotency = idempotencyOf(request, request.principal.personId, body, now())
    const known = await jobs.byKey(idempotency.key, now())
    if (known) return answer(known, true)

    const { wish, ...whose } = await decided()
    const { job, says } = promised(wish, { ...whose, idempotency }, make, request.trace, now())
    // Before the job, never beside it: with both on their way at once, a job could be kept whose entry was refused.
    await audit(request, 'report.requested', job._id)
    // One write holds the job and its event. NATS may be down: the relay says it later.
    if ((await jobs.add(job, says)) === 'added') {
      jobChanged(job)
      return answer(job, false)
    }
    const winner = await jobs.byKey(idempotency.key, now())
    // Two at once with one key, and the first one's day ended in between: the client repeats, as it may.
    if (!winner) throw notFound()
    return answer(winner, true)

    function answer(job: Job, replayed: boolean) {
      expectSameWish(job, idempotency)
      reply.code(202).header('location', `/v1/jobs/${job._id}`).header('retry-after', '2')
      if (replayed) reply.header('idempotency-replayed', 'true')
      return { jobId: job._id, state: shownState(job, undefined), links: linksOf(job, request.principal) }
    }
  }
}

/** A new job and what it says, for whoever wished. */
export function promised(
  wish: Wish,
  whose: Omit<Accepted, 'wish'> & Pick<Partial<Job>, 'idempotency' | 'fireId' | 'sharedWith'>,
  make: MakeEvent,
  cause: Cause | HospitalEvent,
  now: Date,
): { readonly job: Job; readonly says: readonly HospitalEvent[] } {
  const jobId = randomUUIDv7()
  const event = make(
    reportRequested,
    {
      reportId: jobId,
      report: wish.report,
      parameters: { ...wish.parameters },
      ...(wish.columns ? { columns: [...wish.columns] } : {}),
      flavour: wish.flavour,
      gzip: wish.gzip,
      requestedBy: whose.requestedBy,
      role: whose.role,
    },
    cause,
  )
  return {
    job: newJob(wish, { _id: jobId, ...whose, correlationid: event.correlationid }, now),
    says: [event],
  }
}
