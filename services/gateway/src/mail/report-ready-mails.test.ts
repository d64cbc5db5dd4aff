import { type MailDocument, reportCompleted, reportStarted } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { expect, it } from 'vitest'
import { type Job, newJob } from '../jobs/job.ts'
import { requestReportReadyMails } from './report-ready-mails.ts'

it('asks for one mail for each whom a scheduled report is shared with, the same ones when it is heard again', async () => {
  const world = setUp()
  await world.tell(job({ sharedWith: ['asha', 'bela'] }), ready)
  await world.tell(job({ sharedWith: ['asha', 'bela'] }), ready)

  expect(world.asked).toHaveLength(4)
  expect(new Set(world.asked.map(({ _id }) => _id)).size).toBe(2)
  expect(world.asked[0]).toMatchObject({
    _id: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    recipientId: 'asha',
    template: 'report-ready',
    // It counts towards the daily limit of its recipient, as what a person writes to one person does not.
    automatic: true,
    report: { jobId: 'job-1', as: 'link', fileName: 'a.csv' },
    correlationid: 'story',
  })
})

it('says nothing before it is ready, and nothing of a report that a person asked for', async () => {
  const world = setUp()
  await world.tell(job({ sharedWith: ['asha'] }), started)
  await world.tell(job({}), ready)
  expect(world.asked).toEqual([])
})

const make = eventMaker('reports')
const started = make(reportStarted, { reportId: 'job-1', attempt: 1 })
const ready = make(reportCompleted, {
  reportId: 'job-1',
  file: 'job-1.1.csv',
  rows: 3,
  rowsSkipped: 0,
  bytes: 90,
  sha256: '0'.repeat(64),
  snapshotTime: '2026-05-01T00:30:00Z',
  expiresAt: '2026-05-08T00:30:00Z',
})

const job = (change: Pick<Partial<Job>, 'sharedWith'>) =>
  newJob(
    { report: 'appointments', parameters: {}, flavour: 'standard', gzip: false, fileName: 'a.csv' },
    {
      _id: 'job-1',
      requestedBy: 'asha',
      requestedByName: 'Asha',
      role: 'admin',
      correlationid: 'story',
      ...change,
    },
    new Date('2026-05-01T00:30:00Z'),
  )

function setUp() {
  const asked: MailDocument[] = []
  const tell = requestReportReadyMails({
    askForMails: async (mails) => void asked.push(...mails.map(({ mail }) => mail)),
    make: eventMaker('gateway'),
    now: () => new Date('2026-05-01T00:31:00Z'),
  })
  return { asked, tell }
}
