import { gatewayJobsConsumer, type ReportProgressed, reportProgressed } from '@rounds/contracts'
import type { Log } from '@rounds/kernel'
import type { Bus } from '@rounds/messaging'
import { heard, isFinished, type Job, type JobEvent } from './job.ts'
import { type Jobs, maySee, ownerSeenBy, type Viewer } from './job-store.ts'
import type { Progress } from './job-view.ts'

/** Somebody who watches jobs change; called only with what they may see. */
export interface Watcher {
  readonly viewer: Exclude<Viewer, 'the house'>
  job(job: Job, progress: Progress | undefined): void
  progress(jobId: string, progress: Progress): void
  /** No more will come: this replica stops. */
  end(): void
}

export interface LiveHub {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Shows a job to whoever watches it, each version once. */
  show(job: Job): void
  /** What happens when an event about a job is heard, from the live subscription and the durable one alike. */
  hear(event: JobEvent): Promise<Job | undefined>
  progressOf(jobId: string): Progress | undefined
  /** The jobs between two attempts. */
  retrying(): string[]
  watch(watcher: Watcher): () => void
  /** How many streams are open, of one person or in all. */
  watching(personId?: string): number
  /** Ends every stream, so that the server can close. */
  farewell(): void
}

interface LiveHubDeps {
  readonly jobs: Pick<Jobs, 'one' | 'change' | 'changedSince'>
  readonly bus: Pick<Bus, 'follow'>
  readonly now: () => Date
  readonly log: Pick<Log, 'warn'>
  /** How often changed jobs are read again, whatever was heard. */
  readonly rereadEveryMs?: number
}

/** What is remembered of a job: enough to show each version once, and progress only to those who may see it. */
interface Seen {
  readonly version: number
  readonly requestedBy: string
  readonly finished: boolean
  readonly attempt: number
  readonly progress?: Progress
}

const remembered = 10_000
/** Replicas write `updatedAt` by their own clocks, and a write may show later than one that came after it. */
const overlapMs = 5_000
const longestRead = 5_000

/**
 * One per replica. What it shows is always the job's document; events only say that there is news, and reading again
 * every few seconds makes good what was not heard. Progress is the exception: it lives here and nowhere else.
 */
export function liveHub({ jobs, bus, now, log, rereadEveryMs = 5_000 }: LiveHubDeps): LiveHub {
  const watchers = new Set<Watcher>()
  const seen = new Map<string, Seen>()
  /** Jobs that are just being read because of their progress. */
  const lookedUp = new Set<string>()
  let readAt = now()
  let timer: NodeJS.Timeout | undefined
  let reading: Promise<void> | undefined

  const forThoseWhoMaySee = (job: Pick<Job, 'requestedBy'>, tell: (watcher: Watcher) => void) => {
    for (const watcher of watchers) if (maySee(watcher.viewer, job)) tell(watcher)
  }

  function remember(jobId: string, entry: Seen) {
    seen.delete(jobId)
    seen.set(jobId, entry)
    const [oldest] = seen.keys()
    if (seen.size > remembered && oldest !== undefined) seen.delete(oldest)
  }

  /** False when it is no news. */
  function note(job: Job): boolean {
    const known = seen.get(job._id)
    if (known && known.version >= job.version) return false
    const finished = isFinished(job)
    const { version, requestedBy, attempt } = job
    const progress = finished || isOfEarlierAttempt(known?.progress, attempt) ? undefined : known?.progress
    remember(job._id, { version, requestedBy, finished, attempt, ...(progress ? { progress } : {}) })
    return true
  }

  function show(job: Job) {
    if (note(job)) forThoseWhoMaySee(job, (watcher) => watcher.job(job, seen.get(job._id)?.progress))
  }

  async function hear(event: JobEvent) {
    const job = await jobs.change(event.data.reportId, (job) => heard(job, event))
    if (job) show(job)
    return job
  }

  /** Whether it would be missed until the durable subscription or the next reading tells it. */
  const isAwaited = ({ data: { reportId } }: JobEvent) =>
    watchers.size > 0 || lookedUp.has(reportId) || seen.get(reportId)?.progress !== undefined

  async function lookUp(reportId: string) {
    lookedUp.add(reportId)
    try {
      const job = await jobs.one(reportId, 'the house')
      if (job) note(job)
    } finally {
      lookedUp.delete(reportId)
    }
  }

  async function hearProgress({ data: { reportId, ...progress } }: ReportProgressed) {
    if (!seen.has(reportId)) await lookUp(reportId)
    const known = seen.get(reportId)
    if (!known || known.finished) return
    if (isOfEarlierAttempt(progress, known.attempt) || isBehind(progress, known.progress)) return
    remember(reportId, { ...known, progress })
    forThoseWhoMaySee(known, (watcher) => watcher.progress(reportId, progress))
  }

  async function hearLive(event: JobEvent | ReportProgressed) {
    if (event.type === reportProgressed.type) await hearProgress(event as ReportProgressed)
    else if (isAwaited(event as JobEvent)) await hear(event as JobEvent)
  }

  /** Only while somebody watches, and only what they may see. */
  async function readAgain() {
    if (watchers.size === 0) return
    const from = new Date(readAt.getTime() - overlapMs)
    const begun = now()
    const changed = await jobs.changedSince(from, { limit: longestRead, ...ownersOf(watchers) })
    readAt = begun
    for (const job of changed.toReversed()) show(job)
  }

  function readAgainSoon() {
    const failed = (error: unknown) => log.warn({ error }, 'jobs could not be read again')
    reading ??= readAgain()
      .catch(failed)
      .finally(() => {
        reading = undefined
      })
  }

  function farewell() {
    for (const watcher of watchers) watcher.end()
    watchers.clear()
  }

  return {
    name: 'live hub',
    async start() {
      // Not waited for: the door opens while the broker is away.
      const following = bus.follow(
        [...gatewayJobsConsumer.hears, reportProgressed],
        (event) => {
          const told = hearLive(event as JobEvent | ReportProgressed)
          // The durable subscription and the next reading make it good.
          told.catch((error) => log.warn({ error, type: event.type }, 'live event not shown'))
        },
        readAgainSoon,
      )
      following.catch((error) => log.warn({ error }, 'jobs are not followed live'))
      timer = setInterval(readAgainSoon, rereadEveryMs)
    },
    async stop() {
      clearInterval(timer)
      farewell()
      await reading
    },
    show,
    hear,
    progressOf: (jobId) => seen.get(jobId)?.progress,
    retrying: () =>
      [...seen].flatMap(([jobId, { progress }]) => (progress?.phase === 'retrying' ? [jobId] : [])),
    watch(watcher) {
      // Whatever changed before is in the present state that each stream begins with.
      if (watchers.size === 0) readAt = now()
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    watching: (personId) =>
      [...watchers].filter(({ viewer }) => personId === undefined || viewer.personId === personId).length,
    farewell,
  }
}

const isOfEarlierAttempt = (progress: Progress | undefined, attempt: number) =>
  progress !== undefined && progress.attempt < attempt

const phases: readonly Progress['phase'][] = ['counting', 'writing', 'sealing', 'retrying']

/** Progress is not ordered and not stored: what lies behind the last that was heard is no news. */
function isBehind(one: Progress, known: Progress | undefined): boolean {
  if (!known || one.attempt !== known.attempt) return known !== undefined && one.attempt < known.attempt
  const ahead = phases.indexOf(one.phase) - phases.indexOf(known.phase)
  return ahead < 0 || (ahead === 0 && one.rows < known.rows)
}

/** Nothing when somebody may see everyone's. */
function ownersOf(watchers: ReadonlySet<Watcher>): { owners?: string[] } {
  const owners = new Set<string>()
  for (const { viewer } of watchers) {
    const owner = ownerSeenBy(viewer)
    if (owner === undefined) return {}
    owners.add(owner)
  }
  return { owners: [...owners] }
}
