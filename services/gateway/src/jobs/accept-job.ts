import { randomUUIDv7 } from 'node:crypto'
import { type HospitalEvent, reportRequested } from '@rounds/contracts'
import type { Cause, MakeEvent } from '@rounds/messaging'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { entryOf } from '../audit/index.ts'
import { expectSameWish, idempotencyOf, ProblemError } from '../http/index.ts'
import { type Job, newJob, type Wish } from './job.ts'
import type { Jobs } from './job-store.ts'
import { linksOf, shownState } from './job-view.ts'

/** What accepting a job needs from the world. */
export interface AcceptJobDeps {
  readonly jobs: Pick<Jobs, 'add' | 'byKey' | 'list'>
  /** Jobs of one person that may be open at once. */
  readonly mostOpenJobs: number
  readonly make: MakeEvent
  readonly now: () => Date
  /** Called with what was accepted, for whoever watches. The relay has it from the write itself. */
  readonly jobAdded: (job: Job) => void
}

/** A wish that stands, and in whose name. */
export interface Accepted
  extends Pick<Job, 'requestedBy' | 'requestedByName' | 'role' | 'retryOf' | 'sharedWith'> {
  readonly wish: Wish
}

/**
 * Promises a report: 202, with the job's links. The same Idempotency-Key answers with the job it made the first time;
 * `body` is what makes two such requests the same. Whether a key is taken is known by writing under it, so that a new
 * wish costs one write and no question.
 */
export function acceptJob({ jobs, mostOpenJobs, make, now, jobAdded }: AcceptJobDeps) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    body: unknown,
    decided: () => Promise<Accepted>,
  ) => {
    const idempotency = idempotencyOf(request, request.principal.personId, body, now())
    const known = () => jobs.byKey(idempotency.key, now())
    const decision = await decided().catch(async (refusal: unknown) => {
      // A repeated request has its answer also when its wish could no longer be granted.
      const job = await known()
      if (job) return job
      throw refusal
    })
    if ('_id' in decision) return answer(decision, true)

    const { wish, ...whose } = decision
    const { job, says } = promised(wish, { ...whose, idempotency }, make, request.trace, now())
    // One write holds the job, what accounts for it and its event. NATS may be down: the relay says it later.
    for (;;) {
      const entry = entryOf(request, 'report.requested', job._id, now())
      const added = await jobs.add(job, says, entry, mostOpenJobs)
      if (added === 'added') break
      const winner = await known()
      if (winner) return answer(winner, true)
      if (added === 'too many open') throw await tooManyOpen(job)
      // Its day was over, and looking it up has freed the key.
    }
    jobAdded(job)
    return answer(job, false)

    function answer(job: Job, replayed: boolean) {
      expectSameWish(job, idempotency)
      reply.code(202).header('location', `/v1/jobs/${job._id}`).header('retry-after', '2')
      if (replayed) reply.header('idempotency-replayed', 'true')
      return { jobId: job._id, state: shownState(job, undefined), links: linksOf(job, request.principal) }
    }
  }

  /** What is open may have ended meanwhile: asking again is worth it soon. */
  async function tooManyOpen({ requestedBy }: Job): Promise<ProblemError> {
    const states = ['queued', 'running', 'retrying']
    const viewer = { personId: requestedBy, role: 'patient' } as const
    const open = await jobs.list({ states }, viewer, { limit: shownOpen, retrying: [] })
    return new ProblemError(429, 'TOO_MANY_OPEN_JOBS', 'Too many reports are being made at once', {
      detail: `At most ${mostOpenJobs} may be queued or running for one person. Wait until one is ready, or cancel one.`,
      openJobs: open.map(({ _id, report, state, createdAt }) => ({
        jobId: _id,
        report,
        state,
        requestedAt: createdAt.toISOString(),
      })),
      headers: { 'retry-after': '5' },
    })
  }
}

const shownOpen = 50

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
