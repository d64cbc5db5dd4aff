import { isDeepStrictEqual } from 'node:util'
import type {
  EventOf,
  gatewayJobsConsumer,
  JobState,
  ReportCompleted,
  ReportExpired,
  ReportFailed,
  ReportRole,
  ReportStarted,
} from '@rounds/contracts'

/** What a person wishes for, checked and complete. */
export interface Wish {
  readonly report: string
  readonly parameters: Readonly<Record<string, string>>
  readonly columns?: readonly string[]
  readonly flavour: 'standard' | 'excel'
  readonly gzip: boolean
  /** What the downloaded file is called. May name people, so it stays in this document and enters no event. */
  readonly fileName: string
}

type Result = Omit<ReportCompleted['data'], 'reportId'> & { readonly at: Date }

/**
 * A job as it stands in the database. What happened to it is kept as facts beside each other, and `state` is read from
 * them: late, doubled and reordered events therefore end in the same document, and none moves it backwards.
 */
export interface Job extends Wish {
  readonly _id: string
  readonly kind: 'report'
  /** `retrying` is not among them: it is between two attempts, and known from progress only. */
  readonly state: Exclude<JobState, 'retrying'>
  readonly version: number
  readonly requestedBy: string
  readonly requestedByName: string
  readonly role: ReportRole
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly correlationid: string
  readonly retryOf?: string
  /** The fire of a schedule that asked for it. */
  readonly fireId?: string
  /** Who besides may have the file, and is told when it is ready. */
  readonly sharedWith?: readonly string[]
  /** One of so many places for the open jobs of its person, which the database gives to one job each; given back at its end. */
  readonly openPlace?: string | undefined
  /** Absent once a day is over: the key may then be used again. */
  readonly idempotency?: { readonly key: string; readonly bodyHash: string; readonly until: Date }

  readonly attempt: number
  readonly startedAt?: Date
  readonly result?: Result
  readonly failure?: { readonly code: string; readonly reason: string; readonly at: Date }
  readonly cancelled?: { readonly by: string; readonly at: Date }
  readonly expiredAt?: Date
  readonly history: ReadonlyArray<{ readonly at: Date; readonly what: string }>
}

export type JobEvent = EventOf<(typeof gatewayJobsConsumer)['hears'][number]> &
  (ReportStarted | ReportCompleted | ReportFailed | ReportExpired)

const historyLength = 50

/** A job that was just asked for. */
export function newJob(
  wish: Wish,
  about: Pick<Job, '_id' | 'requestedBy' | 'requestedByName' | 'role' | 'correlationid'> &
    Pick<Partial<Job>, 'retryOf' | 'idempotency' | 'fireId' | 'sharedWith'>,
  now: Date,
): Job {
  return {
    ...wish,
    ...about,
    kind: 'report',
    state: 'queued',
    version: 1,
    createdAt: now,
    updatedAt: now,
    attempt: 0,
    history: [{ at: now, what: 'report.requested' }],
  }
}

/** The job after this event; the same object when it tells nothing new. */
export function heard(job: Job, event: JobEvent): Job {
  const at = new Date(event.time)
  return settled(job, { at, what: event.type }, factsOf(job, event, at))
}

/** The job called off by a person, the same object when it was called off before, or why it cannot be. */
export function calledOff(job: Job, by: string, now: Date): Job | 'finished' {
  if (job.state === 'cancelled') return job
  if (isFinished(job)) return 'finished'
  return settled(job, { at: now, what: 'report.cancelled' }, { cancelled: { by, at: now } })
}

export const isFinished = ({ state }: Pick<Job, 'state'>) => state !== 'queued' && state !== 'running'

export const mayBeRetried = ({ state }: Pick<Job, 'state'>) =>
  state === 'failed' || state === 'cancelled' || state === 'expired'

/** When it ended, which is not when its file went. */
export const finishedAt = (job: Job): Date | undefined =>
  job.cancelled?.at ?? job.result?.at ?? job.failure?.at ?? job.expiredAt

function factsOf(job: Job, event: JobEvent, at: Date): Partial<Job> {
  switch (event.type) {
    case 'report.started':
      return {
        attempt: Math.max(job.attempt, event.data.attempt),
        startedAt: job.startedAt && job.startedAt < at ? job.startedAt : at,
      }
    case 'report.completed': {
      // The later one: told twice with different files, only the last file stands.
      const { reportId: _, ...result } = event.data
      return job.result && job.result.at > at ? {} : { result: { ...result, at } }
    }
    case 'report.failed': {
      const { code, reason } = event.data
      return job.failure && job.failure.at > at ? {} : { failure: { code, reason, at } }
    }
    case 'report.expired':
      return { expiredAt: job.expiredAt && job.expiredAt < at ? job.expiredAt : at }
    default:
      return event satisfies never
  }
}

function settled(job: Job, entry: Job['history'][number], facts: Partial<Job>): Job {
  const next = { ...job, ...facts, history: withEntry(job.history, entry) }
  const state = stateOf(next)
  const isOver = job.openPlace !== undefined && isFinished({ state })
  const moved = { ...next, state, ...(isOver ? { openPlace: undefined } : {}) }
  return isDeepStrictEqual(moved, job) ? job : moved
}

/** Strongest fact first. A cancellation is a person's word and final, even where the file was finished meanwhile. */
function stateOf(job: Job): Job['state'] {
  if (job.cancelled) return 'cancelled'
  if (job.expiredAt) return 'expired'
  if (job.result) return 'done'
  if (job.failure) return 'failed'
  return job.attempt > 0 ? 'running' : 'queued'
}

function withEntry(history: Job['history'], entry: Job['history'][number]): Job['history'] {
  const known = history.some(({ at, what }) => what === entry.what && at.getTime() === entry.at.getTime())
  if (known) return history
  const order = (one: Job['history'][number]) => `${one.at.toISOString()} ${one.what}`
  return [...history, entry].toSorted((a, b) => (order(a) < order(b) ? -1 : 1)).slice(-historyLength)
}
