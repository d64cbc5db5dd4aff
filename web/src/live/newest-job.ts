import type { Job, JobState } from '@rounds/contracts/http'

/** What the stream says between two versions of a job. */
export interface JobProgress {
  readonly jobId: string
  readonly attempt: number
  readonly phase: string
  readonly rows: number
  readonly total?: number
  readonly etaMs?: number
  /** Of `retrying`: why. */
  readonly reason?: string
}

const active: readonly JobState[] = ['queued', 'running', 'retrying']

/** Whether more is to come. */
export const isActive = (job: Job): boolean => active.includes(job.state)

/**
 * The further of two accounts of one job. A slow answer to a fetch may arrive after a quick event: versions never go
 * backwards, and neither do rows within one attempt.
 */
export function newest(known: Job | undefined, told: Job): Job {
  if (!known) return told
  if (told.version < known.version) return known
  return isActive(told) && isBehind(told, known) && known.progress
    ? { ...told, progress: known.progress }
    : told
}

/** A job with its progress moved on, or the same object when that is no news. */
export function withProgress(job: Job, { jobId, attempt, ...progress }: JobProgress): Job {
  if (job.jobId !== jobId || !isActive(job) || attempt < job.attempt) return job
  if (attempt === job.attempt && isFewer(progress, job.progress)) return job
  return { ...job, state: progress.phase === 'retrying' ? 'retrying' : 'running', attempt, progress }
}

const isBehind = (one: Job, other: Job) =>
  one.attempt < other.attempt || (one.attempt === other.attempt && isFewer(one.progress, other.progress))

/** The end of an attempt is no step back, whatever it had written. */
const isFewer = (one: Job['progress'], other: Job['progress']) =>
  one?.phase !== 'retrying' && (one?.rows ?? 0) < (other?.rows ?? 0)

export interface JobPage {
  readonly items: readonly Job[]
  readonly next?: string
}
export interface JobPages {
  readonly pages: readonly JobPage[]
  readonly pageParams: readonly unknown[]
}

/** The list with this job as it is now; one that nobody has seen yet comes first. */
export function withJob<Pages extends JobPages>(list: Pages, told: Job): Pages {
  const isKnown = list.pages.some(({ items }) => items.some(({ jobId }) => jobId === told.jobId))
  if (isKnown) return mapJobs(list, (job) => (job.jobId === told.jobId ? newest(job, told) : job))
  const [first, ...rest] = list.pages
  return first ? { ...list, pages: [{ ...first, items: [told, ...first.items] }, ...rest] } : list
}

/** A fetched list, in which nothing stands further back than where we have already seen it. */
export function newestList<Pages extends JobPages>(known: Pages | undefined, fetched: Pages): Pages {
  const seen = new Map(known?.pages.flatMap(({ items }) => items.map((job) => [job.jobId, job])))
  return mapJobs(fetched, (job) => newest(seen.get(job.jobId), job))
}

export const mapJobs = <Pages extends JobPages>(list: Pages, change: (job: Job) => Job): Pages => ({
  ...list,
  pages: list.pages.map((page) => ({ ...page, items: page.items.map(change) })),
})
