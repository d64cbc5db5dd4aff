import { describe, expect, it } from 'vitest'
import { countedParts, endedOf, percentEnded } from './counted-parts.ts'

const counts = {
  expected: 25,
  sent: 20,
  suppressed: 1,
  failed: 1,
  inDoubt: 1,
  cancelled: 0,
  waiting: 2,
  sending: 1,
}

describe('the counts of a campaign', () => {
  it('add up to what is expected, what is on its way counted once', () => {
    expect(countedParts.reduce((sum, part) => sum + counts[part], 0)).toBe(counts.expected)
  })

  it('have ended where nothing more can come by itself, and not where a person has to look', () => {
    expect(endedOf(counts)).toBe(22)
  })

  it('never round up to all of them', () => {
    expect(percentEnded({ ...counts, expected: 1000, sent: 996, waiting: 1 })).toBe(99)
  })

  it('are whole when there was nobody to write to', () => {
    const nobody = {
      expected: 0,
      sent: 0,
      suppressed: 0,
      failed: 0,
      inDoubt: 0,
      cancelled: 0,
      waiting: 0,
      sending: 0,
    }
    expect(percentEnded(nobody)).toBe(100)
  })
})
