import { describe, expect, it } from 'vitest'
import { type Pace, paceAfter, timeLeftMs } from './pace.ts'

describe('the time left', () => {
  it('is said once the pace is steady', () => {
    const pace = paceOf([0, 0], [250, 1_000], [500, 2_000], [750, 3_000])
    expect(timeLeftMs(pace, 4_000)).toBe(1_000)
  })

  it('is not said after two looks', () => {
    expect(timeLeftMs(paceOf([0, 0], [250, 1_000], [500, 2_000]), 5_000)).toBeUndefined()
  })

  it('is not said while the pace jumps about', () => {
    expect(
      timeLeftMs(paceOf([0, 0], [250, 5_000], [500, 5_100], [750, 9_000], [1_000, 9_100]), 10_900),
    ).toBeUndefined()
  })

  it('is not said when nothing moves', () => {
    expect(timeLeftMs(paceOf([0, 0], [250, 0], [500, 0], [750, 0]), 100)).toBeUndefined()
  })

  it('is never below zero, when more came than was counted', () => {
    expect(timeLeftMs(paceOf([0, 0], [250, 1_000], [500, 2_000], [750, 3_000]), -500)).toBe(0)
  })

  it('bears two looks in the same millisecond, and a clock that goes back', () => {
    const pace = paceOf([0, 0], [250, 1_000], [250, 1_500], [200, 1_600])
    expect(pace).toMatchObject({ samples: 1, perMs: 4 })
  })
})

function paceOf(...looks: ReadonlyArray<readonly [at: number, done: number]>): Pace {
  const pace = looks.reduce<Pace | undefined>((before, [at, done]) => paceAfter(before, done, at), undefined)
  if (!pace) throw new Error('no looks')
  return pace
}
