import { describe, expect, it } from 'vitest'
import { type Job, newJob } from '../job.ts'
import { taskOf } from './task.ts'

describe('a job as Celery tells it', () => {
  it.each([
    ['queued', 'PENDING', false],
    ['running', 'STARTED', false],
    ['retrying', 'RETRY', false],
    ['done', 'SUCCESS', true],
    ['failed', 'FAILURE', true],
    ['cancelled', 'REVOKED', true],
  ] as const)('is %s: %s', (state, status, ready) => {
    expect(taskOf(job, state)).toMatchObject({
      task_id: 'job-1',
      status,
      ready,
      successful: status === 'SUCCESS',
    })
  })

  it('is nothing once expired', () => {
    expect(taskOf(job, 'expired')).toBeUndefined()
  })

  it('tells why it failed as a Celery result does', () => {
    const failed: Job = {
      ...job,
      state: 'failed',
      failure: { code: 'DISK_FULL', reason: 'The disk is full.', at: now },
    }

    expect(taskOf(failed, 'failed')).toMatchObject({
      result: { exc_type: 'DISK_FULL', exc_message: ['The disk is full.'] },
      traceback: 'DISK_FULL: The disk is full.',
      date_done: now.toISOString(),
    })
  })
})

const now = new Date('2026-11-02T09:00:00Z')
const job = newJob(
  { report: 'appointments', parameters: {}, flavour: 'standard', gzip: false, fileName: 'appointments.csv' },
  { _id: 'job-1', requestedBy: 'person-1', requestedByName: 'Ada', role: 'admin', correlationid: 'c-1' },
  now,
)
