import { describe, expect, it } from 'vitest'
import { decidePost, type FateFacts } from './disposition.ts'

const now = new Date('2026-11-25T10:00:00Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const visit = {
  _id: 'visit',
  startsAt: now,
  patient: { id: 'ada', name: 'Ada Rao', number: 'P-1' },
  doctor: { id: 'rao', name: 'Dr. Rao', number: 'D-1' },
  department: { id: 'heart', name: 'Cardiology' },
}
const usual: FateFacts = {
  space: { active: true, relevantMinutes: 30 },
  kept: undefined,
  visit,
  mayHaveLeft: false,
  now,
}
const news = { kind: 'news', at: ago(1) } as const
const test = { kind: 'test', at: ago(1) } as const
const tell = { kind: 'tell' }

describe('a post whose space has its turn', () => {
  it('is told while it is news', () => {
    expect(decidePost(news, undefined, usual)).toEqual(tell)
    expect(decidePost({ ...news, at: ago(30) }, undefined, usual)).toEqual(tell)
  })

  it('is listed and not told once it is older than the space finds relevant', () => {
    expect(decidePost({ ...news, at: ago(31) }, undefined, usual)).toEqual({ kind: 'stale', code: 'STALE' })
    expect(decidePost({ ...test, at: ago(31) }, undefined, usual)).toEqual({ kind: 'stale', code: 'STALE' })
  })

  it('is asked for again however old, when it may have left before', () => {
    expect(decidePost({ ...news, at: ago(600) }, undefined, { ...usual, mayHaveLeft: true })).toEqual(tell)
  })

  it('is told again however old, when a person said so', () => {
    const resolved = { by: 'admin', at: now, as: 'again' }
    expect(decidePost({ ...news, at: ago(600) }, { resolved }, usual)).toEqual(tell)
  })

  it.each([
    ['was removed', { ...usual.space, active: true, relevantMinutes: 30, removedAt: now }, 'SPACE_REMOVED'],
    ['is unknown', undefined, 'SPACE_REMOVED'],
    ['is switched off', { active: false, relevantMinutes: 30 }, 'SPACE_OFF'],
  ])('is called off when the space %s', (_, space, code) => {
    expect(decidePost(news, undefined, { ...usual, space })).toEqual({ kind: 'cancelled', code })
  })

  it('is told in a space that is switched off when it is a test', () => {
    expect(
      decidePost(test, undefined, {
        ...usual,
        space: { active: false, relevantMinutes: 30 },
        visit: undefined,
      }),
    ).toEqual(tell)
  })

  it('is told or called off, as somebody decided, when it was kept while the space was stopped', () => {
    const old = { ...news, at: ago(600) }
    const kept = (isReplayed: boolean, until = ago(5)) => ({ ...usual, kept: { until, isReplayed } })
    expect(decidePost(old, undefined, kept(true))).toEqual(tell)
    expect(decidePost(old, undefined, kept(false))).toEqual({ kind: 'cancelled', code: 'NOT_REPLAYED' })
    expect(decidePost(news, undefined, kept(false))).toEqual(tell)
  })

  it('is listed when it comes late to a space that told what it had kept: it was not among that', () => {
    const late = { ...news, at: ago(600), heardAt: ago(1) }
    const kept = (isReplayed: boolean) => ({ ...usual, kept: { until: ago(5), isReplayed } })
    expect(decidePost(late, undefined, kept(true))).toEqual({ kind: 'stale', code: 'STALE' })
    expect(decidePost(late, undefined, kept(false))).toEqual({ kind: 'stale', code: 'STALE' })
    expect(decidePost({ ...late, heardAt: ago(10) }, undefined, kept(true))).toEqual(tell)
  })

  it('fails when its visit is nowhere', () => {
    expect(decidePost(news, undefined, { ...usual, visit: undefined })).toEqual({
      kind: 'failed',
      code: 'NO_SUCH_APPOINTMENT',
    })
  })

  it('is told when its time lies ahead, as a wrong clock says', () => {
    expect(decidePost({ ...news, at: ago(-1_440) }, undefined, usual)).toEqual(tell)
  })
})
