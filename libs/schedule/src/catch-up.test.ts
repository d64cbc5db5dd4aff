import { describe, expect, it } from 'vitest'
import { type CatchUpRule, catchUp } from './catch-up.ts'

const hours = 3_600_000
const now = new Date('2026-05-04T12:00:30Z')
const nine = new Date('2026-05-04T09:00:00Z')
const ten = new Date('2026-05-04T10:00:00Z')
const eleven = new Date('2026-05-04T11:00:00Z')
const noon = new Date('2026-05-04T12:00:00Z')

describe('what becomes of occurrences that nobody fired in time', () => {
  it('fires the one that is due now, and not as late', () => {
    expect(catchUp([noon], now, rule('skip'), false)).toEqual([{ kind: 'fire', due: noon, late: false }])
  })

  it('makes up for none of them where they are to be skipped, and loses sight of none', () => {
    expect(told(catchUp([nine, ten, eleven], now, rule('skip'), false))).toEqual([
      'skipped',
      'skipped',
      'skipped',
    ])
  })

  it('makes up once, with the latest', () => {
    expect(told(catchUp([nine, ten, eleven], now, rule('once'), false))).toEqual([
      'made up by a later one',
      'made up by a later one',
      'fired late',
    ])
  })

  it('makes up with the one that is due anyhow', () => {
    expect(told(catchUp([nine, ten, noon], now, rule('once'), false))).toEqual([
      'made up by a later one',
      'made up by a later one',
      'fired',
    ])
  })

  it('makes up for all, the oldest first', () => {
    expect(told(catchUp([nine, ten, noon], now, rule('all'), false))).toEqual([
      'fired late',
      'fired late',
      'fired',
    ])
  })

  it('makes up for nothing that is older than the window', () => {
    expect(told(catchUp([nine, ten, eleven], now, rule('all', 1.5 * hours), false))).toEqual([
      'too old',
      'too old',
      'fired late',
    ])
    expect(told(catchUp([nine], now, rule('once', hours), false))).toEqual(['too old'])
  })

  it('does not write off what a replica with a slower clock is about to fire', () => {
    const minutesAgo = new Date(now.getTime() - 4 * 60_000)
    expect(told(catchUp([minutesAgo], now, rule('skip', 60_000), false))).toEqual(['fired late'])
  })

  it('fires none while the work of an earlier one goes on, where that is asked for', () => {
    const alone = { ...rule('all'), overlap: 'skip' } as const
    expect(told(catchUp([noon], now, alone, true))).toEqual(['the one before goes on'])
    expect(told(catchUp([noon], now, rule('all'), true))).toEqual(['fired'])
    expect(told(catchUp([ten, noon], now, alone, false))).toEqual(['fired late', 'the one before goes on'])
  })
})

const rule = (kind: CatchUpRule['catchUp'], windowMs = 24 * hours): CatchUpRule => ({
  catchUp: kind,
  windowMs,
  overlap: 'allow',
})

const told = (turns: ReturnType<typeof catchUp>) =>
  turns.map((turn) => (turn.kind === 'miss' ? turn.reason : turn.late ? 'fired late' : 'fired'))
