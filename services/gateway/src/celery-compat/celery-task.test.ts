import type { Delivery } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import type { Campaign } from '../campaigns/campaign.ts'
import { type Job, newJob } from '../jobs/job.ts'
import { campaignTaskOf, mailTaskOf, taskOf } from './celery-task.ts'

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

describe('progress, as Celery tells it', () => {
  const progress = { attempt: 1, phase: 'writing', rows: 40 } as const

  it('is the state PROGRESS, with how far it is as meta', () => {
    expect(taskOf(job, 'running', { ...progress, total: 100, etaMs: 900 })).toMatchObject({
      status: 'PROGRESS',
      ready: false,
      result: { current: 40, total: 100, phase: 'writing', eta_ms: 900 },
    })
    expect(taskOf(job, 'running', progress)?.result).toEqual({ current: 40, phase: 'writing' })
  })

  it('is told of nothing that ended, or waits', () => {
    for (const state of ['queued', 'retrying', 'done', 'failed', 'cancelled'] as const)
      expect(taskOf(job, state, progress)?.status).not.toBe('PROGRESS')
  })
})

it('a cancelled task is Celery’s TaskRevokedError', () => {
  expect(taskOf(job, 'cancelled')).toMatchObject({
    status: 'REVOKED',
    result: { exc_type: 'TaskRevokedError', exc_message: ['revoked'], exc_module: 'celery.exceptions' },
    traceback: null,
  })
})

describe('a mail as Celery tells it', () => {
  const delivery: Delivery = {
    deliveryId: 'd-1',
    state: 'waiting',
    batchId: 'mail-1',
    batch: 'single',
    lane: 'care',
    purpose: 'administrative',
    template: 'announcement',
    recipient: { kind: 'patient', id: 'ada' },
    attempts: 0,
    acceptedAt: '2026-11-02T09:00:00.000Z',
    settledAt: '2026-11-02T09:01:00.000Z',
    decisions: [],
  }

  it.each([
    ['waiting', 0, 'PENDING'],
    ['waiting', 2, 'RETRY'],
    ['sending', 1, 'STARTED'],
    ['in doubt', 1, 'STARTED'],
    ['sent', 1, 'SUCCESS'],
    ['suppressed', 0, 'FAILURE'],
    ['failed', 3, 'FAILURE'],
    ['cancelled', 0, 'REVOKED'],
  ] as const)('that is %s after %i attempts is %s', (state, attempts, status) => {
    expect(mailTaskOf('mail-1', { ...delivery, state, attempts })).toMatchObject({
      task_id: 'mail-1',
      status,
    })
  })

  it('waits before it is a delivery, and says why it failed', () => {
    expect(mailTaskOf('mail-1', undefined)).toMatchObject({ status: 'PENDING', date_done: null })
    const failed = {
      ...delivery,
      state: 'failed',
      code: 'MAILBOX_UNKNOWN',
      reason: 'No such mailbox.',
    } as const
    expect(mailTaskOf('mail-1', failed)).toMatchObject({
      result: { exc_type: 'MAILBOX_UNKNOWN', exc_message: ['No such mailbox.'] },
      date_done: delivery.settledAt,
    })
  })
})

describe('a campaign as Celery tells it', () => {
  const counts = {
    expected: 10,
    sent: 5,
    suppressed: 1,
    failed: 1,
    inDoubt: 0,
    cancelled: 0,
    waiting: 3,
    sending: 1,
  }
  const campaign = (state: Campaign['state']) =>
    ({ _id: 'c-1', state, cancelled: { by: 'asha', at: now }, completedAt: now }) as unknown as Campaign

  it.each([
    ['draft', 'PENDING'],
    ['awaiting approval', 'PENDING'],
    ['sending', 'PROGRESS'],
    ['paused', 'PROGRESS'],
    ['completed', 'SUCCESS'],
    ['cancelled', 'REVOKED'],
  ] as const)('that is %s is %s', (state, status) => {
    const told = campaignTaskOf(campaign(state), counts)
    expect(told).toMatchObject({ task_id: 'c-1', status })
    expect(told.date_done).toBe(told.ready ? now.toISOString() : null)
  })

  it('tells its counts', () => {
    expect(campaignTaskOf(campaign('paused'), counts).result).toEqual({
      current: 7,
      total: 10,
      sent: 5,
      suppressed: 1,
      failed: 1,
      in_doubt: 0,
      cancelled: 0,
      paused: true,
    })
    expect(campaignTaskOf(campaign('completed'), counts).result).toMatchObject({ total: 10, sent: 5 })
  })
})

const now = new Date('2026-11-02T09:00:00Z')
const job = newJob(
  { report: 'appointments', parameters: {}, flavour: 'standard', gzip: false, fileName: 'appointments.csv' },
  { _id: 'job-1', requestedBy: 'person-1', requestedByName: 'Ada', role: 'admin', correlationid: 'c-1' },
  now,
)
