import { describe, expect, it } from 'vitest'
import { FairLine } from './fair-line.ts'

describe('a fair line', () => {
  const line = () => {
    const fair = new FairLine()
    return (asker: string, ms: number) => fair.placeFor(asker, new Date(ms)).getTime()
  }

  it('puts one who asks for one thing before all but the first of one who asks for many', () => {
    const place = line()
    const many = Array.from({ length: 1_500 }, () => place('ada', 0))
    const one = place('asha', 400)
    expect(many.filter((earlier) => earlier <= one)).toEqual([0])
    expect(many.at(-1)).toBe(1_499_000)
  })

  it('leaves everybody at their own time who asks now and then', () => {
    const place = line()
    expect([place('ada', 0), place('ada', 5_000), place('ada', 60_000)]).toEqual([0, 5_000, 60_000])
  })

  it('forgets who has been served, and nobody else, however many ask', () => {
    const place = line()
    place('busy', 0)
    for (let more = 0; more < 99; more++) place('busy', 0)
    for (let asker = 0; asker < 20_000; asker++) place(`asker-${asker}`, asker)
    expect(place('busy', 20_000)).toBe(100_000)
  })
})
