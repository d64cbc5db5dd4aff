import { describe, expect, it } from 'vitest'
import { type Job, newJob } from './job.ts'
import { linksOf, type Progress, shownState, titleOf, viewOf } from './job-view.ts'

describe('what is shown of a job', () => {
  it('says in words what was asked for, and names nobody', () => {
    const asked = { from: '2026-11-01', to: '2026-11-30', status: 'checked', doctorId: 'doctor-1' }

    expect(titleOf({ report: 'appointments', parameters: asked, requestedBy: 'person-1' })).toBe(
      'Appointments, 1 November 2026 to 30 November 2026, checked, one doctor',
    )
    expect(titleOf({ report: 'appointments', parameters: { from: '2026-11-01' }, requestedBy: 'p' })).toBe(
      'Appointments, from 1 November 2026',
    )
    expect(titleOf({ report: 'treatment-history', parameters: { to: '2026-11-01' }, requestedBy: 'p' })).toBe(
      'Treatment history, until 1 November 2026',
    )
    expect(titleOf({ report: 'mail-log', parameters: { outcome: 'in doubt' }, requestedBy: 'p' })).toBe(
      'Mail log, in doubt',
    )
    expect(titleOf({ report: 'doctor-activity', parameters: { by: 'day' }, requestedBy: 'p' })).toBe(
      'Doctor activity, by day',
    )
  })

  it('is running as soon as progress is heard, and retrying between two attempts', () => {
    expect(shownState(queued, undefined)).toBe('queued')
    expect(shownState(queued, writing)).toBe('running')
    expect(shownState(queued, { ...writing, phase: 'retrying' })).toBe('retrying')
    expect(shownState({ state: 'cancelled' }, writing)).toBe('cancelled')
  })

  it('shows progress only while there is some', () => {
    expect(viewOf(queued, writing, owner).progress).toEqual({ phase: 'writing', rows: 10, total: 20 })
    expect(viewOf(done, writing, owner).progress).toBeUndefined()
  })

  it('offers each person what that person may do', () => {
    expect(linksOf(queued, owner)).toEqual({
      self: '/v1/jobs/job-1',
      events: '/v1/jobs/job-1/events',
      cancel: '/v1/jobs/job-1/cancel',
    })
    expect(linksOf(done, owner)).toHaveProperty('download', '/v1/reports/job-1/file')
    expect(linksOf(done, { personId: 'other', role: 'admin' })).not.toHaveProperty('download')
    expect(linksOf(queued, { personId: 'other', role: 'ops' })).not.toHaveProperty('cancel')
    expect(linksOf({ ...queued, state: 'failed' }, owner)).toHaveProperty('retry')
  })
})

const now = new Date('2026-11-02T09:00:00Z')
const owner = { personId: 'person-1', role: 'doctor' } as const
const writing: Progress = { attempt: 1, phase: 'writing', rows: 10, total: 20 }
const queued = newJob(
  { report: 'appointments', parameters: {}, flavour: 'standard', gzip: false, fileName: 'appointments.csv' },
  { _id: 'job-1', requestedBy: 'person-1', requestedByName: 'Ada', role: 'doctor', correlationid: 'c-1' },
  now,
)
const done: Job = {
  ...queued,
  state: 'done',
  result: {
    file: 'job-1.1.csv',
    rows: 20,
    rowsSkipped: 0,
    bytes: 400,
    sha256: 'a'.repeat(64),
    snapshotTime: now.toISOString(),
    expiresAt: now.toISOString(),
    at: now,
  },
}
