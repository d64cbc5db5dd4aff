import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Said } from './event-log.ts'
import { treeOf } from './trace-tree.ts'

describe('a chain', () => {
  it('is a tree: each event after its cause and one deeper, siblings by time', () => {
    const said = [
      event('mail', { second: 3, cause: 'done' }),
      event('asked', { second: 0 }),
      event('done', { second: 2, cause: 'begun' }),
      event('begun', { second: 1, cause: 'asked' }),
      event('posted', { second: 1.5, cause: 'asked' }),
    ]
    expect(treeOf(said, []).map(({ eventId, depth, afterMs }) => [eventId, depth, afterMs])).toEqual([
      ['asked', 0, 0],
      ['begun', 1, 1_000],
      ['done', 2, 2_000],
      ['mail', 3, 3_000],
      ['posted', 1, 1_500],
    ])
  })

  it('shows at its top what names a cause that is not here, and says so', () => {
    const [left] = treeOf([event('left', { second: 0, cause: 'long ago' })], [])
    expect(left).toMatchObject({ depth: 0, isOrphan: true, causeId: 'long ago' })
  })

  it('tells at each event who could not take it', () => {
    const dead = { deadLetterId: 'd-1', eventId: 'asked', consumer: 'reports-exports', state: 'open' }
    expect(treeOf([event('asked', { second: 0 })], [dead])[0]?.deadLetters).toEqual([
      { deadLetterId: 'd-1', consumer: 'reports-exports', state: 'open' },
    ])
  })

  it('is drawn though it were ten thousand deep', () => {
    const said = Array.from({ length: 10_000 }, (_, n) =>
      event(`e${n}`, { second: n, ...(n > 0 ? { cause: `e${n - 1}` } : {}) }),
    )
    expect(treeOf(said, []).at(-1)).toMatchObject({ eventId: 'e9999', depth: 9_999 })
  })

  it('has every event once, whoever is named as its cause', () => {
    const id = fc.integer({ min: 0, max: 8 }).map(String)
    const one = fc.record({
      id,
      cause: fc.option(id, { nil: undefined }),
      second: fc.integer({ min: 0, max: 5 }),
    })
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: (it) => it.id }), (drawn) => {
        const said = drawn.map((it) =>
          event(it.id, { second: it.second, ...(it.cause === undefined ? {} : { cause: it.cause }) }),
        )
        const shown = treeOf(said, []).map(({ eventId }) => eventId)
        expect(shown.toSorted()).toEqual(drawn.map((it) => it.id).toSorted())
      }),
    )
  })
})

const event = (_id: string, { second, cause }: { second: number; cause?: string }): Said => ({
  _id,
  type: 'report.requested',
  source: '/rounds/gateway',
  subject: 'r-1',
  correlationid: 'story',
  ...(cause === undefined ? {} : { causationid: cause }),
  at: new Date(1_780_000_000_000 + second * 1_000),
})
