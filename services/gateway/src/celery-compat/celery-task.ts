import type { Delivery, DeliveryCounts, JobState, Task } from '@rounds/contracts'
import type { Campaign } from '../campaigns/index.ts'
import { finishedAt, type Job, type Progress } from '../jobs/index.ts'

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
export function taskOf(job: Job, state: JobState, progress?: Progress): Task | undefined {
  if (state === 'expired') return undefined
  const status = state === 'running' && progress ? 'PROGRESS' : statuses[state]
  return task(job._id, status, {
    result: resultOf(job, status, progress),
    failure: status === 'FAILURE' ? job.failure : undefined,
    doneAt: finishedAt(job),
  })
}

function resultOf(job: Job, status: Task['status'], progress: Progress | undefined): Task['result'] {
  if (status === 'SUCCESS' && job.result) {
    const { rows, bytes, sha256 } = job.result
    return { file_name: job.fileName, rows, bytes, sha256, download: `/v1/reports/${job._id}/file` }
  }
  if (status === 'PROGRESS' && progress) {
    const { phase, rows, total, etaMs } = progress
    return {
      current: rows,
      ...(total === undefined ? {} : { total }),
      phase,
      ...(etaMs === undefined ? {} : { eta_ms: etaMs }),
    }
  }
  return null
}

/**
 * A single mail. One that is in doubt is not ready: a person decides yet whether it was sent.
 */
export function mailTaskOf(mailId: string, delivery: Delivery | undefined): Task {
  const state = delivery?.state ?? 'waiting'
  const status = mailStatuses[state](delivery?.attempts ?? 0)
  const failure = { code: delivery?.code ?? state, reason: delivery?.reason ?? state }
  return task(mailId, status, {
    result: status === 'SUCCESS' ? { delivery_id: delivery?.deliveryId, state } : null,
    failure: status === 'FAILURE' ? failure : undefined,
    doneAt: delivery && isReady(status) ? new Date(delivery.settledAt ?? delivery.acceptedAt) : undefined,
  })
}

const mailStatuses: Readonly<Record<Delivery['state'], (attempts: number) => Task['status']>> = {
  waiting: (attempts) => (attempts > 0 ? 'RETRY' : 'PENDING'),
  sending: () => 'STARTED',
  'in doubt': () => 'STARTED',
  sent: () => 'SUCCESS',
  merged: () => 'SUCCESS',
  suppressed: () => 'FAILURE',
  failed: () => 'FAILURE',
  cancelled: () => 'REVOKED',
}

/** A campaign, with its counts as progress and as the result. */
export function campaignTaskOf(campaign: Campaign, counts: DeliveryCounts): Task {
  const { state, cancelled, completedAt } = campaign
  const status = campaignStatuses[state]
  const { expected, waiting, sending: _, inDoubt, ...ended } = counts
  const told = { ...ended, in_doubt: inDoubt }
  return task(campaign._id, status, {
    result:
      status === 'PROGRESS'
        ? {
            current: expected - waiting,
            total: expected,
            ...told,
            ...(state === 'paused' ? { paused: true } : {}),
          }
        : status === 'SUCCESS'
          ? { total: expected, ...told }
          : null,
    failure: undefined,
    doneAt: cancelled?.at ?? completedAt,
  })
}

const campaignStatuses: Readonly<Record<Campaign['state'], Task['status']>> = {
  draft: 'PENDING',
  'awaiting approval': 'PENDING',
  sending: 'PROGRESS',
  paused: 'PROGRESS',
  completed: 'SUCCESS',
  cancelled: 'REVOKED',
}

const isReady = (status: Task['status']) => ['SUCCESS', 'FAILURE', 'REVOKED'].includes(status)

function task(
  id: string,
  status: Task['status'],
  {
    result,
    failure,
    doneAt,
  }: {
    readonly result: Task['result']
    readonly failure: { readonly code: string; readonly reason: string } | undefined
    readonly doneAt: Date | undefined
  },
): Task {
  return {
    task_id: id,
    status,
    ready: isReady(status),
    successful: status === 'SUCCESS',
    // As Celery's JSON result backends write an exception.
    result: failure
      ? { exc_type: failure.code, exc_message: [failure.reason], exc_module: 'rounds' }
      : status === 'REVOKED'
        ? revoked
        : result,
    traceback: failure ? `${failure.code}: ${failure.reason}` : null,
    date_done: isReady(status) ? (doneAt?.toISOString() ?? null) : null,
  }
}

const revoked = { exc_type: 'TaskRevokedError', exc_message: ['revoked'], exc_module: 'celery.exceptions' }
