import { describe, expect, it } from 'vitest'
import { check, type FinalJob, type History, ledgerRescues, percentile, rescues } from './checker.ts'

describe('the checker', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(check(history())).toEqual({
      accepted: 2,
      lost: 0,
      duplicates: 0,
      partial: 0,
      inDoubt: 0,
      failed: 0,
      examples: [],
      p99RescueMs: 0,
      rescues: 0,
    })
  })

  it('calls a job lost that was promised and is not there, or never ends', () => {
    expect(check(history({ jobs: [job('a')] })).lost).toBe(1)
    expect(check(history({ jobs: [job('a'), job('b', { state: 'running' })] })).lost).toBe(1)
  })

  it('calls a job lost that is done and whose file cannot be had', () => {
    expect(check(history({ downloads: [body('a')] })).lost).toBe(1)
  })

  it('counts a failed job as ended, and tells of it', () => {
    const found = check(history({ jobs: [job('a'), job('b', { state: 'failed' })] }))
    expect([found.lost, found.failed]).toEqual([0, 1])
  })

  it('counts what is never said to the others', () => {
    expect(check(history({ unsaid: 3 })).lost).toBe(3)
  })

  it('counts what is marked as said and stands in no stream', () => {
    expect(check(history({ unheard: 2 })).lost).toBe(2)
  })

  it('counts what is not accounted for', () => {
    expect(check(history({ unaccounted: 1 })).lost).toBe(1)
  })

  it('finds two jobs of one key, in the database and in the answers', () => {
    expect(check(history({ jobs: [job('a'), job('b'), job('c', { key: 'key-a' })] })).duplicates).toBe(1)
    const again = { key: 'key-a', jobId: 'c', wish: 'w', at: 1 }
    expect(check(history({ accepted: [...history().accepted, again] })).duplicates).toBe(1)
  })

  it('finds two files of one job', () => {
    expect(check(history({ standing: ['a', 'b', 'b'] })).duplicates).toBe(1)
  })

  it('finds a body and a visible file that are not what they should be', () => {
    expect(check(history({ downloads: [body('a'), body('b', { rows: 6 })] })).partial).toBe(1)
    expect(check(history({ files: [body('a', { sha256: 'half' })] })).partial).toBe(1)
  })

  it('measures each rescue from the kill that broke the work off', () => {
    const twice = job('a', { startedAt: [1_000, 24_000, 47_000], endedAt: 47_500 })
    expect(rescues([twice], [2_000, 3_000, 25_000])).toEqual([22_000, 22_000])
    expect(rescues([job('b', { startedAt: [1_000], endedAt: 1_500 })], [1_200, 2_000])).toEqual([])
  })

  it('knows from the ledger of a rescue that no job tells of, and takes the slower of both', () => {
    const works = [
      work(['claim', 1_000, 1], ['abandoned, safe', 21_000, 1], ['claim', 24_000, 2], ['done', 24_100, 2]),
    ]
    const told = job('a', { startedAt: [2_000, 9_000], endedAt: 10_000 })
    const found = check(history({ jobs: [told, job('b')], works, kills: [3_000] }))
    expect([found.rescues, found.p99RescueMs]).toEqual([1, 21_000])
    expect(found.examples).toContain('work that lost one to four workers: 1 rescues, the slowest 21 s')
  })

  it('does not take for a rescue what the killed worker had ended, had given back, or had not begun', () => {
    const works = [
      work(['claim', 1_000, 1], ['intend', 1_001, 1], ['done', 2_005, 1]),
      work(['claim', 1_000, 1], ['put back', 2_005, 1], ['claim', 9_000, 2], ['done', 9_100, 2]),
      work(['accept', 1_000, 0], ['claim', 3_000, 1], ['done', 3_500, 1]),
    ]
    expect(ledgerRescues(works, [2_000])).toEqual([])
  })

  it('counts a rescue once from the kill that broke the claim off, and not from a later one', () => {
    const works = [work(['claim', 1_000, 1], ['abandoned, safe', 21_000, 1], ['claim', 24_000, 2])]
    expect(ledgerRescues(works, [2_000, 3_000, 22_000])).toEqual([{ ms: 22_000, losses: 1 }])
    expect(ledgerRescues(works, [22_000])).toEqual([])
  })

  it('takes the nearest rank', () => {
    expect([percentile(99, []), percentile(99, [5]), percentile(50, [1, 2, 3, 4])]).toEqual([0, 5, 2])
  })
})

const right = { sha256: 'whole', rows: 7 }
const body = (jobId: string, more = {}) => ({ jobId, ...right, ...more })

function job(jobId: string, more: Partial<FinalJob> = {}): FinalJob {
  return { jobId, key: `key-${jobId}`, state: 'done', startedAt: [1], endedAt: 2, sha256: 'whole', ...more }
}

const work = (...moves: ReadonlyArray<readonly [move: string, at: number, fence: number]>) => ({
  moves: moves.map(([move, at, fence]) => ({ move, at, fence })),
})

function history(more: Partial<History> = {}): History {
  return {
    accepted: ['a', 'b'].map((jobId) => ({ key: `key-${jobId}`, jobId, wish: 'w', at: 1 })),
    unanswered: [],
    downloads: [body('a'), body('b')],
    files: [body('a'), body('b')],
    standing: ['a', 'b'],
    jobs: [job('a'), job('b')],
    unsaid: 0,
    unaccounted: 0,
    unheard: 0,
    kills: [],
    works: [],
    right: new Map([['w', right]]),
    ...more,
  }
}
