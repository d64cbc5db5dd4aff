import type { DeliveryOutcome } from '@rounds/contracts'
import type { WorkState } from '@rounds/ledger'
import { describe, expect, it } from 'vitest'
import { inDigest, leavesAt } from './digest.ts'

const at = (minutes: number) => new Date(minutes * 60_000)
const rules = { quietMs: 60_000, everyMs: 3_600_000 }

describe('a digest leaves', () => {
  it.each<[string, Date[], Date | undefined, Date]>([
    ['once nothing joined it for a minute', [at(0), at(3)], undefined, at(4)],
    ['after fifteen minutes though more and more join it', [at(0), at(20)], undefined, at(15)],
    ['an hour after the one before at the earliest', [at(70)], at(30), at(90)],
    ['at its own time where the one before was long ago', [at(500)], at(30), at(501)],
  ])('%s', (_when, joined, lastSentAt, leaves) => {
    expect(leavesAt(joined, lastSentAt, rules)).toEqual(leaves)
  })
})

describe('a mail that waits for a digest', () => {
  const digest = (state: WorkState, said: Partial<DeliveryOutcome> = {}) => ({
    state,
    outcome: { kind: 'sent', decisions: [], ...said } as const,
  })
  const listed = { listed: ['k'] }

  it.each<[string, ReturnType<typeof digest> | undefined, string]>([
    ['waits while it has no end', digest('waiting', listed), 'waits'],
    ['waits while it is on its way', digest('sending', listed), 'waits'],
    [
      'waits for the decision about one in doubt',
      digest('in doubt', { ...listed, code: 'BROKE_OFF' }),
      'waits',
    ],
    ['is merged once it was sent and lists it', digest('done', listed), 'merged'],
    ['fails as it did', digest('failed', listed), 'failed'],
    ['is given up with it', digest('cancelled', listed), 'cancelled'],
    [
      'is told of by the next one where it came too late',
      digest('done', { listed: ['other'] }),
      'goes its own way',
    ],
    [
      'is told of otherwise where nothing of it was sent',
      digest('done', { kind: 'suppressed' }),
      'goes its own way',
    ],
    [
      'does not wait for doubt about others',
      digest('in doubt', { listed: ['other'], code: 'BROKE_OFF' }),
      'goes its own way',
    ],
    ['does not wait for one that was never written down', undefined, 'goes its own way'],
  ])('%s', (_what, found, becomes) => {
    expect(inDigest('k', found)).toBe(becomes)
  })
})
