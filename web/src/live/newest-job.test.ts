import { describe, expect, it } from 'vitest'
import { aJob } from './a-job.fixture.ts'
import { newest, newestList, withJob, withProgress } from './newest-job.ts'

const progress = { jobId: 'job-1', attempt: 1, phase: 'writing', rows: 500, total: 1_000 }
const listOf = (...items: ReturnType<typeof aJob>[]) => ({ pages: [{ items }], pageParams: [undefined] })

describe('what is shown of a job', () => {
  it('is never an earlier version, however late that arrives', () => {
    const done = aJob({ state: 'done', version: 3 })

    expect(newest(done, aJob({ version: 2 }))).toBe(done)
    expect(newest(aJob({ version: 2 }), done)).toBe(done)
  })

  it('keeps the rows that were seen when the job is told again without them', () => {
    const seen = withProgress(aJob(), progress)

    expect(newest(seen, aJob()).progress).toMatchObject({ rows: 500 })
    expect(newest(seen, aJob({ state: 'cancelled', version: 3 })).progress).toBeUndefined()
  })

  it('never loses rows within one attempt, and begins anew with the next', () => {
    const seen = withProgress(aJob(), progress)

    expect(withProgress(seen, { ...progress, rows: 400 })).toBe(seen)
    expect(withProgress(seen, { ...progress, attempt: 2, rows: 10 })).toMatchObject({
      attempt: 2,
      progress: { rows: 10 },
    })
    expect(withProgress(aJob({ attempt: 2 }), progress).progress).toBeUndefined()
  })

  it('is not brought back to life by progress that comes after the end', () => {
    const cancelled = aJob({ state: 'cancelled' })

    expect(withProgress(cancelled, progress)).toBe(cancelled)
  })

  it('is in work once rows come, and trying again when that is said', () => {
    const queued = aJob({ state: 'queued', attempt: 0 })

    expect(withProgress(queued, progress).state).toBe('running')
    expect(withProgress(queued, { ...progress, phase: 'retrying' }).state).toBe('retrying')
  })

  it('is between two attempts also when rows had been written, however it is told', () => {
    const reason = 'There was no room left for the file.'
    const seen = withProgress(aJob(), progress)
    const retrying = withProgress(seen, { jobId: 'job-1', attempt: 1, phase: 'retrying', rows: 0, reason })

    expect(retrying).toMatchObject({ state: 'retrying', progress: { rows: 0, reason } })
    expect(newest(seen, retrying)).toEqual(retrying)
  })
})

describe('the list of jobs', () => {
  it('takes in a new job at the top', () => {
    const list = withJob(listOf(aJob()), aJob({ jobId: 'job-2' }))

    expect(list.pages[0]?.items.map(({ jobId }) => jobId)).toEqual(['job-2', 'job-1'])
  })

  it('changes a known job where it stands', () => {
    const list = withJob(listOf(aJob({ jobId: 'job-2' }), aJob()), aJob({ state: 'done', version: 3 }))

    expect(list.pages[0]?.items.map(({ jobId, state }) => [jobId, state])).toEqual([
      ['job-2', 'running'],
      ['job-1', 'done'],
    ])
  })

  it('does not fall behind the stream when a slow answer arrives', () => {
    const seen = listOf(aJob({ state: 'done', version: 3 }))

    expect(newestList(seen, listOf(aJob()))).toEqual(seen)
  })
})
