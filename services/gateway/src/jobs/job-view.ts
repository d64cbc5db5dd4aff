import { type Job as JobShown, type JobState, reportCatalogue } from '@rounds/contracts'
import type { Principal } from '../http/index.ts'
import { finishedAt, isFinished, type Job, mayBeRetried } from './job.ts'
import { mayAct } from './job-store.ts'

/** How far the work is, as last heard; never stored. */
export interface Progress {
  readonly attempt: number
  readonly phase: 'counting' | 'writing' | 'sealing' | 'retrying'
  readonly rows: number
  readonly total?: number
  readonly etaMs?: number
  /** Of `retrying`: why, for the person who asked. */
  readonly reason?: string
}

/** The job as this principal is shown it. */
export function viewOf(
  job: Job,
  progress: Progress | undefined,
  principal: Pick<Principal, 'personId' | 'role'>,
): JobShown {
  const ended = finishedAt(job)
  return {
    jobId: job._id,
    kind: job.kind,
    state: shownState(job, progress),
    version: job.version,
    title: titleOf(job),
    report: job.report,
    parameters: { ...job.parameters },
    flavour: job.flavour,
    gzip: job.gzip,
    requestedBy: { id: job.requestedBy, name: job.requestedByName },
    createdAt: job.createdAt.toISOString(),
    ...(job.startedAt ? { startedAt: job.startedAt.toISOString() } : {}),
    ...(ended ? { finishedAt: ended.toISOString() } : {}),
    attempt: isFinished(job) ? job.attempt : Math.max(job.attempt, progress?.attempt ?? 0),
    ...(progress && !isFinished(job) ? { progress: amountOf(progress) } : {}),
    ...(job.result ? { result: resultOf(job, job.result) } : {}),
    ...(job.failure && job.state === 'failed'
      ? { failure: { code: job.failure.code, reason: job.failure.reason } }
      : {}),
    ...(job.retryOf ? { retryOf: job.retryOf } : {}),
    links: linksOf(job, principal),
  }
}

/** Progress may overtake the event that says the work began. */
export function shownState(job: Pick<Job, 'state'>, progress: Progress | undefined): JobState {
  if (isFinished(job) || !progress) return job.state
  return progress.phase === 'retrying' ? 'retrying' : 'running'
}

/** Of progress, what a page needs for its bar. */
export function amountOf({ attempt: _, ...amount }: Progress) {
  return amount
}

export function linksOf(job: Job, principal: Pick<Principal, 'personId' | 'role'>): JobShown['links'] {
  const self = `/v1/jobs/${job._id}`
  const acts = mayAct(principal, job)
  return {
    self,
    events: `${self}/events`,
    ...(acts && !isFinished(job) ? { cancel: `${self}/cancel` } : {}),
    ...(acts && mayBeRetried(job) ? { retry: `${self}/retry` } : {}),
    ...(mayDownload(principal, job) && job.state === 'done'
      ? { download: `/v1/reports/${job._id}/file` }
      : {}),
  }
}

/**
 * Whoever asked and whom a schedule shares it with, nobody else, and only while they are what it was asked as: the columns of a
 * file follow from that role.
 */
export const mayDownload = (
  who: Pick<Principal, 'personId' | 'role'>,
  { requestedBy, sharedWith = [], role }: Pick<Job, 'requestedBy' | 'sharedWith' | 'role'>,
) => who.role === role && (who.personId === requestedBy || sharedWith.includes(who.personId))

/** Of a doctor's file: whose history it holds. Nothing where it holds nobody's. */
export const historyIn = ({ report, role, parameters }: Pick<Job, 'report' | 'role' | 'parameters'>) =>
  report === 'treatment-history' && role === 'doctor' ? parameters.patientId : undefined

/** In words, without names: "Appointments, 1 November 2026 to 30 November 2026, checked, one doctor". */
export function titleOf({
  report,
  parameters,
  requestedBy,
}: Pick<Job, 'report' | 'parameters' | 'requestedBy'>): string {
  const { from, to, status, outcome, by, departmentId, doctorId } = parameters
  const title = reportCatalogue.find((one) => one.report === report)?.title ?? report
  const period =
    from && to
      ? from === to
        ? inWords(from)
        : `${inWords(from)} to ${inWords(to)}`
      : from
        ? `from ${inWords(from)}`
        : to
          ? `until ${inWords(to)}`
          : undefined
  const narrowed = [
    status,
    outcome,
    by && `by ${by}`,
    departmentId && 'one department',
    doctorId && doctorId !== requestedBy && 'one doctor',
  ]
  return [title, period, ...narrowed].filter(Boolean).join(', ')
}

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const inWords = (day: string) => days.format(new Date(`${day}T00:00:00Z`))

function resultOf(job: Job, result: NonNullable<Job['result']>): NonNullable<JobShown['result']> {
  const { rows, rowsSkipped, bytes, sha256, snapshotTime, expiresAt } = result
  return { fileName: job.fileName, rows, rowsSkipped, bytes, sha256, snapshotTime, expiresAt }
}
