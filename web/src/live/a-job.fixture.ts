import type { Job } from '@rounds/contracts/http'

/** A running report for tests; they name what matters to them. */
export const aJob = (part: Partial<Job> = {}): Job => ({
  jobId: 'job-1',
  kind: 'report',
  state: 'running',
  version: 2,
  title: 'Appointments',
  report: 'appointments',
  parameters: {},
  flavour: 'standard',
  gzip: false,
  requestedBy: { id: 'admin-1', name: 'Meera Iyer' },
  createdAt: '2026-11-23T04:00:00.000Z',
  startedAt: '2026-11-23T04:00:01.000Z',
  attempt: 1,
  links: { self: '/v1/jobs/job-1', events: '/v1/jobs/job-1/events' },
  ...part,
})
