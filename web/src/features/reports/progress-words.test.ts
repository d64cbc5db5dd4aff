import { describe, expect, it } from 'vitest'
import { formats } from '../../format/formats.ts'
import { aJob } from '../../live/a-job.fixture.ts'
import { english } from '../../texts/english.ts'
import { percentOf, percentOfAll, progressWords, quarter } from './progress-words.ts'

const words = (job: Parameters<typeof aJob>[0]) =>
  progressWords(aJob(job), english, formats({ locale: 'en-IN', zone: 'Asia/Kolkata' }))
const writing = (rows: number, more = {}) => ({ phase: 'writing', rows, ...more })

describe('how far a report is', () => {
  it('is said with rows and time', () => {
    expect(words({ progress: writing(42_100, { total: 84_211, etaMs: 110_000 }) })).toBe(
      '42,100 of 84,211 rows, about 2 minutes left',
    )
  })

  it('is said without what is not known yet', () => {
    expect(words({ state: 'queued' })).toBe('Waiting for its turn')
    expect(words({ progress: { phase: 'counting', rows: 0 } })).toBe('Counting the rows')
    expect(words({ progress: writing(1_200) })).toBe('1,200 rows so far')
  })

  it('says between two attempts that it goes on, and why it has to', () => {
    const reason = 'There was no room left for the file.'
    expect(words({ state: 'retrying', progress: { phase: 'retrying', rows: 0, reason } })).toBe(
      'There was no room left for the file. It is tried again.',
    )
    expect(words({ state: 'retrying', progress: { phase: 'retrying', rows: 0 } })).toBe('It is tried again.')
  })

  it('says which attempt it is, after the first', () => {
    expect(words({ attempt: 2, progress: writing(5, { total: 10 }) })).toBe('5 of 10 rows (attempt 2)')
  })

  it('is 100 percent only when the file is there', () => {
    expect(percentOf(aJob({ progress: writing(10, { total: 10 }) }))).toBe(99)
    expect(percentOf(aJob({ state: 'done' }))).toBe(100)
    expect(percentOf(aJob({ progress: writing(10) }))).toBeUndefined()
    expect(percentOf(aJob({ progress: writing(0, { total: 0 }) }))).toBeUndefined()
  })

  it('is told to the ear at quarters', () => {
    expect([0, 24, 25, 51, 99, 100].map(quarter)).toEqual([0, 0, 25, 50, 75, 100])
  })

  it('stands in the title of the window as the report that is furthest behind', () => {
    const jobs = [
      aJob({ progress: writing(8, { total: 10 }) }),
      aJob({ progress: writing(2, { total: 10 }) }),
      aJob({ state: 'done' }),
    ]

    expect(percentOfAll(jobs)).toBe(20)
    expect(percentOfAll([aJob({ state: 'done' })])).toBeUndefined()
  })
})
