import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { identifier } from '@rounds/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { ChatHub } from '../chat/index.ts'
import { notFound, type Principal, ProblemError, readFrom } from '../http/index.ts'
import {
  isFinished,
  type Job,
  type Jobs,
  type LiveHub,
  maySeeJobs,
  ownerSeenBy,
  type Progress,
  viewOf,
} from '../jobs/index.ts'
import { type EventStream, eventStream, type Message } from './sse-stream.ts'

export interface StreamJobsDeps {
  readonly jobs: Pick<Jobs, 'one' | 'list' | 'changedSince'>
  readonly hub: Pick<LiveHub, 'watch' | 'watching' | 'progressOf' | 'farewell'>
  readonly chatNews: Pick<ChatHub, 'watch'>
  readonly now: () => Date
  /** Whether the session or token that opened the stream still stands. */
  readonly isSessionValid: (principal: Principal) => Promise<boolean>
  readonly beatEveryMs?: number
}

/** How far back a stream is resumed; whoever was away longer begins anew. */
const longestAwayMs = 24 * 3_600_000
/** Clocks of replicas differ: a little is told again rather than left out. Clients know versions. */
const overlapMs = 10_000
const mostAtOnce = 200
/** Of one person: each costs memory for as long as it stays. */
const mostStreams = 30

const nothing = Type.Unsafe<undefined>(Type.Null({ description: 'The job has ended, and you know it' }))
const anEventStream = {
  description: 'Server-sent events',
  content: { 'text/event-stream': { schema: Type.String() } },
}

/**
 * Jobs as they change, by server-sent events. `job` carries the whole job; `progress` carries `jobId`, `attempt`,
 * `phase`, `rows` and perhaps `total`, `etaMs` and `reason`, and has no id: it is never resumed from. `resync` means that
 * too much has changed to be told one by one, `bye` that the stream ends and why. `chat` names spaces whose chat
 * messages changed and appointments with what chat was told of them, or nobody where it may be any; it has no id either.
 *
 * One job's event id is `<jobId>:<version>`: a client that has the version is not told it again. The id on the stream
 * of everything is the moment of the change, in milliseconds: it resumes from a little before that.
 *
 * @fastify/sse would write to the socket behind Fastify's back and without bound; a Readable is piped with back
 * pressure and passes all hooks.
 */
export function streamJobs(deps: StreamJobsDeps): FastifyPluginAsyncTypebox {
  const { jobs, hub, chatNews, now } = deps
  return async (app) => {
    // Before the server waits for its connections to end.
    app.addHook('preClose', async () => hub.farewell())

    app.get(
      '/v1/jobs/:id/events',
      {
        config: { policy: maySeeJobs },
        // A HEAD would open a stream that nobody reads.
        exposeHeadRoute: false,
        schema: {
          operationId: 'followJob',
          summary: 'One job as it changes (server-sent events)',
          description: 'Ends with `bye` when the job has ended; 204 to whoever comes back and knows it all.',
          tags: ['jobs'],
          params: Type.Object({ id: identifier('The job') }),
          response: { 200: anEventStream, 204: nothing },
        },
      },
      async (request, reply) => {
        const { principal, params } = request
        refuseTooMany(principal)
        const stream = eventStream()
        let told = versionKnown(request, params.id)
        const tell = (job: Job, progress: Progress | undefined) => {
          if (job._id !== params.id || job.version <= told) return
          told = job.version
          const messages = jobMessages(job, progress, principal, ({ _id, version }) => `${_id}:${version}`)
          for (const message of messages) stream.say(message)
          if (isFinished(job)) stream.end('finished')
        }
        // Watched first, read then: what changes in between is not missed.
        watchFor(stream, principal, tell, (jobId, progress) => {
          if (jobId === params.id) stream.say(progressMessage(jobId, progress))
        })
        const job = await orDestroy(stream, jobs.one(params.id, principal))
        if (!job) {
          stream.body.destroy()
          throw notFound()
        }
        if (isFinished(job) && told >= job.version) {
          stream.body.destroy()
          // EventSource stops coming back.
          return reply.code(204).send(undefined)
        }
        tell(job, hub.progressOf(job._id))
        return answer(reply, stream)
      },
    )

    app.get(
      '/v1/stream',
      {
        config: { policy: maySeeJobs },
        // A HEAD would open a stream that nobody reads.
        exposeHeadRoute: false,
        schema: {
          operationId: 'jobListRoutes',
          summary: 'Every job you may see, as it changes (server-sent events)',
          tags: ['jobs'],
          response: { 200: anEventStream },
        },
      },
      async (request, reply) => {
        const { principal } = request
        refuseTooMany(principal)
        const stream = eventStream()
        const told = new Map<string, number>()
        let opening = true
        const tell = (job: Job, progress: Progress | undefined) => {
          if (opening && (told.get(job._id) ?? 0) >= job.version) return
          if (opening) told.set(job._id, job.version)
          const messages = jobMessages(job, progress, principal, ({ updatedAt }) => `${updatedAt.getTime()}`)
          for (const message of messages) stream.say(message)
        }
        watchFor(stream, principal, tell, (jobId, progress) => stream.say(progressMessage(jobId, progress)))
        const leaveChat = chatNews.watch({
          viewer: principal,
          chat: (data) => stream.say({ event: 'chat', data }),
        })
        stream.body.once('close', leaveChat)
        const present = await orDestroy(stream, presentState(principal, momentKnown(request)))
        if (present.isTooMuch) stream.say({ event: 'resync', data: {} })
        for (const job of present.jobs) tell(job, hub.progressOf(job._id))
        opening = false
        told.clear()
        return answer(reply, stream)
      },
    )
  }

  function refuseTooMany({ personId }: Principal): void {
    if (hub.watching(personId) < mostStreams) return
    throw new ProblemError(429, 'TOO_MANY_STREAMS', 'You have too many streams open', {
      headers: { 'retry-after': '30' },
    })
  }

  function watchFor(
    stream: EventStream,
    principal: Principal,
    tell: (job: Job, progress: Progress | undefined) => void,
    progress: (jobId: string, progress: Progress) => void,
  ): void {
    const leave = hub.watch({ viewer: principal, job: tell, progress, end: () => stream.end('stopping') })
    const timer = setInterval(() => {
      stream.beat()
      deps.isSessionValid(principal).then(
        (still) => still || stream.end('signed out'),
        () => {}, // The store is away: asked again at the next beat.
      )
    }, deps.beatEveryMs ?? 15_000)
    stream.body.once('close', () => {
      clearInterval(timer)
      leave()
    })
  }

  /** What is under way, and what changed since the client left, in the order of change. */
  async function presentState(principal: Principal, since: Date | undefined) {
    const owner = ownerSeenBy(principal)
    const from = new Date((since ?? now()).getTime() - overlapMs)
    const [underWay, changed] = await Promise.all([
      jobs.list({ states: ['queued', 'running', 'retrying'] }, principal, {
        limit: mostAtOnce,
        retrying: [],
      }),
      jobs.changedSince(from, { limit: mostAtOnce, ...(owner === undefined ? {} : { owners: [owner] }) }),
    ])
    const byId = new Map([...underWay, ...changed].map((job) => [job._id, job]))
    const inOrder = readFrom([...byId.values()], (job) => ({ job, at: job.updatedAt.getTime() })).toSorted(
      (a, b) => a.at - b.at,
    )
    return {
      jobs: inOrder.map(({ job }) => job),
      isTooMuch: changed.length === mostAtOnce || underWay.length === mostAtOnce,
    }
  }

  /** From the browser, hence believed only as far as it could be ours. */
  function momentKnown({ headers }: FastifyRequest): Date | undefined {
    const id = headers['last-event-id']
    const moment = typeof id === 'string' && /^\d{13}$/.test(id) ? Number(id) : 0
    const at = now().getTime()
    return moment > at - longestAwayMs && moment <= at + overlapMs ? new Date(moment) : undefined
  }
}

function versionKnown({ headers }: FastifyRequest, jobId: string): number {
  const [, id, version] = /^([A-Za-z0-9_-]+):(\d{1,9})$/.exec(String(headers['last-event-id'])) ?? []
  return id === jobId ? Number(version) : 0
}

/** None of a damaged job, which ends no stream. */
const jobMessages = (
  job: Job,
  progress: Progress | undefined,
  principal: Principal,
  eventId: (job: Job) => string,
): Message[] =>
  readFrom([job], (one) => ({ event: 'job', data: viewOf(one, progress, principal), id: eventId(one) }))

const progressMessage = (jobId: string, progress: Progress): Message => ({
  event: 'progress',
  data: { jobId, ...progress },
})

/** An answer that could not begin leaves no watcher behind. */
async function orDestroy<Value>(stream: EventStream, reading: Promise<Value>): Promise<Value> {
  try {
    return await reading
  } catch (error) {
    stream.body.destroy()
    throw error
  }
}

function answer(reply: FastifyReply, { body }: EventStream): FastifyReply {
  return (
    reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      // Ends with the stream: kept alive, it would hold up a server that stops.
      .header('connection', 'close')
      .header('x-accel-buffering', 'no') // nginx holds answers back otherwise.
      .send(body)
  )
}
