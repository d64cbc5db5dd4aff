import { describe, expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = new Date('2026-11-25T10:00:00Z')

describe('Retry-After', () => {
  it.each([
    ['0', undefined, 0],
    [' 7 ', undefined, 7_000],
    ['Wed, 25 Nov 2026 10:00:30 GMT', undefined, 30_000],
    // Their clock is a day behind ours, and only theirs counts.
    ['Tue, 24 Nov 2026 10:00:30 GMT', 'Tue, 24 Nov 2026 10:00:00 GMT', 30_000],
    ['Wed, 25 Nov 2026 09:00:00 GMT', undefined, 0],
  ])('%j at %s asks for %i ms', (header, date, ms) => expect(retryAfterMs(header, date, now)).toBe(ms))

  it.each([
    undefined,
    '',
    '-1',
    '1.5',
    '1e9',
    'soon',
    '99999999999',
    '2026-11-25',
    'Wed, 99 Nov 2026 10:00:30 GMT',
  ])('%j says nothing', (header) => expect(retryAfterMs(header, undefined, now)).toBeUndefined())
})
