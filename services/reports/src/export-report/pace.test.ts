import { describe, expect, it } from 'vitest'
import { etaMs, type Pace, paceAfter } from './pace.ts'

describe('the time left', () => {
  it('is said once the pace is steady', () => {
    const pace = paceOf([0, 0], [250, 1_000], [500, 2_000], [750, 3_000])
    expect(etaMs(pace, 7_000)).toBe(1_000)
  })

  it('is not said after two looks', () => {
    expect(etaMs(paceOf([0, 0], [250, 1_000], [500, 2_000]), 7_000)).toBeUndefined()
  })

  it('is not said while the pace jumps about', () => {
    expect(
      etaMs(paceOf([0, 0], [250, 5_000], [500, 5_100], [750, 9_000], [1_000, 9_100]), 20_000),
    ).toBeUndefined()
  })

  it('is not said when nothing moves', () => {
    expect(etaMs(paceOf([0, 0], [250, 0], [500, 0], [750, 0]), 100)).toBeUndefined()
  })

  it('is never below zero, when more came than was counted', () => {
    expect(etaMs(paceOf([0, 0], [250, 1_000], [500, 2_000], [750, 3_000]), 2_500)).toBe(0)
  })

  it('bears two looks in the same millisecond, and a clock that goes back', () => {
    const pace = paceOf([0, 0], [250, 1_000], [250, 1_500], [200, 1_600])
    expect(pace).toMatchObject({ samples: 1, rowsPerMs: 4 })
  })
})

function paceOf(...looks: ReadonlyArray<readonly [at: number, rows: number]>): Pace {
  const pace = looks.reduce<Pace | undefined>((before, [at, rows]) => paceAfter(before, rows, at), undefined)
  if (!pace) throw new Error('no looks')
  return pace
}
