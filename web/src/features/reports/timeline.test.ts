import { describe, expect, it } from 'vitest'
import { aJob } from '../../live/a-job.fixture.ts'
import { endedSince } from './ended-since.ts'
import { timelineOf } from './timeline.ts'

const steps = (job: Parameters<typeof aJob>[0]) => timelineOf(aJob(job)).map(({ step }) => step)

describe('what happened to a report', () => {
  it('ends where the job stands', () => {
    expect(steps({ state: 'running' })).toEqual(['requested', 'started', 'writing'])
    expect(steps({ state: 'done', finishedAt: '2026-11-23T04:01:00.000Z' })).toEqual([
      'requested',
      'started',
      'done',
    ])
    expect(steps({ state: 'expired' })).toEqual(['requested', 'started', 'done', 'expired'])
    expect(timelineOf(aJob()).filter(({ isNow }) => isNow)).toHaveLength(1)
  })
})

describe('a report that ended', () => {
  it('is told once, when it was seen at work before', () => {
    const before = new Map([
      ['job-1', 'running' as const],
      ['job-2', 'done' as const],
    ])
    const jobs = [
      aJob({ state: 'done' }),
      aJob({ jobId: 'job-2', state: 'done' }),
      aJob({ jobId: 'job-3', state: 'done' }),
    ]

    expect(endedSince(before, jobs).map(({ jobId }) => jobId)).toEqual(['job-1'])
  })

  it('is not told to the one who cancelled it', () => {
    expect(endedSince(new Map([['job-1', 'running']]), [aJob({ state: 'cancelled' })])).toEqual([])
  })
})
