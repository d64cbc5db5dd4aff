import type { JobState, Task } from '@rounds/contracts'
import { finishedAt, type Job } from '../job.ts'

const statuses: Record<Exclude<JobState, 'expired'>, Task['status']> = {
  queued: 'PENDING',
  running: 'STARTED',
  retrying: 'RETRY',
  done: 'SUCCESS',
  failed: 'FAILURE',
  cancelled: 'REVOKED',
}

/**
 * The job as Celery's AsyncResult tells it, or nothing once it is expired. Celery says PENDING for what it never heard
 * of; we never do.
 */
export function taskOf(job: Job, state: JobState): Task | undefined {
  if (state === 'expired') return undefined
  const status = statuses[state]
  return {
    task_id: job._id,
    status,
    ready: ['SUCCESS', 'FAILURE', 'REVOKED'].includes(status),
    successful: status === 'SUCCESS',
    result: resultOf(job, status),
    traceback: status === 'FAILURE' && job.failure ? `${job.failure.code}: ${job.failure.reason}` : null,
    date_done: finishedAt(job)?.toISOString() ?? null,
  }
}

function resultOf(job: Job, status: Task['status']): Task['result'] {
  if (status === 'SUCCESS' && job.result) {
    const { rows, bytes, sha256 } = job.result
    return { file_name: job.fileName, rows, bytes, sha256, download: `/v1/reports/${job._id}/file` }
  }
  // As Celery's JSON result backends write an exception.
  if (status === 'FAILURE' && job.failure)
    return { exc_type: job.failure.code, exc_message: [job.failure.reason], exc_module: 'rounds' }
  return null
}
