import { reportCompleted, reportExpired, reportFailed, reportStarted } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { calledOff, heard, isFinished, type Job, type JobEvent, newJob } from './job.ts'

describe('a job', () => {
  it('ends the same whatever the order in which its events arrive', () => {
    const told = [started(1), started(2), completed, expired]
    const ends = permutations(told).map((events) => events.reduce(heard, queued))

    expect(ends).toHaveLength(24)
    for (const end of ends) expect(end).toEqual(ends[0])
    expect(ends[0]).toMatchObject({
      state: 'expired',
      attempt: 2,
      startedAt: at(10),
      result: { rows: 3, at: at(60) },
    })
  })

  it('ends the same with a person calling it off amid its events', () => {
    const off = (job: Job) => calledOff(job, 'person-1', at(30)) as Job
    const ends = permutations([started(1), started(2), completed]).flatMap((events) => {
      const finishing = events.indexOf(completed)
      // Whoever calls off a finished job is refused; before that, at any moment.
      return events.slice(0, finishing + 1).map((_, when) => {
        const before = events.slice(0, when).reduce(heard, queued)
        return events.slice(when).reduce(heard, off(before))
      })
    })

    expect(ends.length).toBeGreaterThan(6)
    for (const end of ends) expect(end).toEqual(ends[0])
    expect(ends[0]).toMatchObject({ state: 'cancelled', cancelled: { by: 'person-1', at: at(30) } })
  })

  it('is the same object after an event that it knows', () => {
    const job = [started(1), completed].reduce(heard, queued)

    expect(heard(job, started(1))).toBe(job)
    expect(heard(job, completed)).toBe(job)
  })

  it('stays done when the news of its beginning come last', () => {
    expect([completed, started(1)].reduce(heard, queued).state).toBe('done')
  })

  it('fails for good, with its reason', () => {
    const job = [started(1), failed, started(1)].reduce(heard, queued)

    expect(job).toMatchObject({
      state: 'failed',
      failure: { code: 'DISK_FULL', reason: 'The disk is full.' },
    })
    expect(isFinished(job)).toBe(true)
  })

  it('cannot be called off once it has ended, and is called off only once', () => {
    const off = calledOff(queued, 'person-1', at(1)) as Job

    expect(calledOff(heard(queued, completed), 'person-1', at(61))).toBe('finished')
    expect(calledOff(off, 'person-2', at(2))).toBe(off)
  })

  it('remembers the last fifty things that happened to it', () => {
    const attempts = Array.from({ length: 80 }, (_, index) => started(index + 1))
    const job = attempts.reduce(heard, queued)

    expect(job.attempt).toBe(80)
    expect(job.history).toHaveLength(50)
    expect(job.history.at(-1)).toEqual({ at: at(800), what: 'report.started' })
  })
})

const at = (second: number) => new Date(Date.UTC(2026, 10, 2, 9, 0, second))
const make = eventMaker('reports')
const reportId = 'job-1'
const started = (attempt: number): JobEvent =>
  make(reportStarted, { reportId, attempt }, undefined, { time: at(attempt * 10) })
const completed: JobEvent = make(
  reportCompleted,
  {
    reportId,
    file: 'job-1.2.csv',
    rows: 3,
    rowsSkipped: 0,
    bytes: 120,
    sha256: 'a'.repeat(64),
    snapshotTime: at(20).toISOString(),
    expiresAt: at(3_600).toISOString(),
  },
  undefined,
  { time: at(60) },
)
const failed: JobEvent = make(
  reportFailed,
  { reportId, code: 'DISK_FULL', reason: 'The disk is full.' },
  undefined,
  { time: at(70) },
)
const expired: JobEvent = make(reportExpired, { reportId }, undefined, { time: at(3_600) })

const queued = newJob(
  { report: 'appointments', parameters: {}, flavour: 'standard', gzip: false, fileName: 'appointments.csv' },
  { _id: reportId, requestedBy: 'person-1', requestedByName: 'Ada', role: 'admin', correlationid: 'c-1' },
  at(0),
)

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  )
}
