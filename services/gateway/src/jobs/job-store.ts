import type { HospitalEvent } from '@rounds/contracts'
import type { AuditDocument } from '../audit/index.ts'
import type { Principal } from '../http/index.ts'
import type { Job } from './job.ts'

/** Who looks. `the house` is the gateway itself, keeping jobs in step with events; never a request. */
export type Viewer = Pick<Principal, 'personId' | 'role'> | 'the house'

/** Which jobs are meant. Several values of one field mean any of them. */
export interface JobFilter {
  readonly states?: readonly string[]
  readonly reports?: readonly string[]
  readonly kinds?: readonly string[]
  readonly by?: readonly string[]
  readonly since?: Date
}

/** The gateway's memory of what people asked for. */
export interface Jobs {
  /**
   * One write holds the job, what it says and what accounts for it. Nothing is written when its key is taken, or when its person
   * has `mostOpen` jobs that have not ended.
   */
  add(
    job: Job,
    says: readonly HospitalEvent[],
    entry: AuditDocument,
    mostOpen?: number,
  ): Promise<'added' | 'key taken' | 'too many open'>
  /** The job that was made under this key, for as long as the key is kept; then it is freed. */
  byKey(key: string, now: Date): Promise<Job | undefined>
  /** The job that a fire of a schedule led to. */
  byFire(fireId: string): Promise<Job | undefined>
  one(jobId: string, viewer: Viewer): Promise<Job | undefined>
  /** Newest first, below `before`. `retrying` are the jobs known to be between two attempts. */
  list(
    filter: JobFilter,
    viewer: Viewer,
    page: { readonly before?: string; readonly limit: number; readonly retrying: readonly string[] },
  ): Promise<Job[]>
  /** What changed since then, latest change first. `owners` narrows it to these people's jobs. */
  changedSince(
    since: Date,
    options: { readonly limit: number; readonly owners?: readonly string[] },
  ): Promise<Job[]>
  /**
   * Moves a job by compare-and-set on its version, together with what the move says; `move` may run again on a fresher
   * job, also on one that it has moved, where it must find nothing to do. Answers the job as it then stands, or nothing when there is none.
   */
  change(
    jobId: string,
    move: (job: Job) => Job,
    says?: (job: Job) => readonly HospitalEvent[],
  ): Promise<Job | undefined>
}

/** Whose jobs this viewer sees: their own, or everyone's. */
export const ownerSeenBy = (viewer: Viewer): string | undefined =>
  viewer === 'the house' || viewer.role === 'admin' || viewer.role === 'ops' ? undefined : viewer.personId

export const maySee = (viewer: Viewer, job: Pick<Job, 'requestedBy'>) =>
  (ownerSeenBy(viewer) ?? job.requestedBy) === job.requestedBy

/** Whoever asked for it, and admins, may call a job off or repeat it; others who see it only see it. */
export const mayAct = (who: Pick<Principal, 'personId' | 'role'>, job: Pick<Job, 'requestedBy'>) =>
  who.role === 'admin' || who.personId === job.requestedBy
