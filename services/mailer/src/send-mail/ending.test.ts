import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { aReminder } from '../../test/wanted.ts'
import type { Verdict } from '../mail-transport.ts'
import { cancelledEnding, endingOf, failedEnding } from './ending.ts'

const input = { ...aReminder, purpose: 'care', templateVersion: 1 } as const
const claim = { key: 'd1', input, attempt: 1, interruptions: 0 }
const attempted = { to: 'ada@example.test', decisions: [] }
const make = eventMaker('mailer')

function ended(verdict: Verdict, said: Partial<typeof claim> = {}, policy: 'resend' | 'hold' = 'hold') {
  return endingOf(verdict, { ...claim, ...said }, attempted, { make, inDoubt: () => policy, chance: () => 1 })
}

describe('how a mail ends', () => {
  it('is sent, and says so without an address', () => {
    const ending = ended({ kind: 'accepted', bytes: 9, reply: { code: 250 } })
    expect(ending).toMatchObject({
      state: 'done',
      outcome: { kind: 'sent', to: 'ada@example.test', bytes: 9 },
    })
    expect(JSON.stringify(ending.says)).not.toContain('@')
    expect(ending.says?.map(({ type }) => type)).toEqual(['mail.sent'])
  })

  it('says nothing of one mail of a campaign that was sent', () => {
    const ofCampaign = { ...input, batch: 'campaign' } as const
    const ending = endingOf(
      { kind: 'accepted', bytes: 9, reply: { code: 250 } },
      { ...claim, input: ofCampaign },
      attempted,
      { make, inDoubt: () => 'hold', chance: () => 1 },
    )
    expect(ending.says).toEqual([])
  })

  it.each([
    [1, 60_000],
    [2, 300_000],
    [5, 4 * 3_600_000],
    [15, 4 * 3_600_000],
  ])('waits after the %i. answer that says later at most %i ms', (attempt, afterMs) => {
    expect(ended({ kind: 'refused', reply: { code: 451 } }, { attempt })).toMatchObject({
      state: 'waiting',
      afterMs,
    })
  })

  it('fails when two days of trying are over', () => {
    expect(ended({ kind: 'refused', reply: { code: 451 } }, { attempt: 16 })).toMatchObject({
      state: 'failed',
      outcome: { code: 'ATTEMPTS_SPENT' },
    })
  })

  it('fails at once when it is refused for good, and keeps the numbers of the answer', () => {
    expect(ended({ kind: 'refused', reply: { code: 550, status: '5.7.1' } })).toMatchObject({
      state: 'failed',
      outcome: { code: 'REFUSED', reply: { code: 550, status: '5.7.1' } },
    })
  })

  it.each(['away', 'login', 'relay'] as const)('uses up no attempt when the relay is %s', (why) => {
    expect(ended({ kind: 'not now', why })).toMatchObject({ state: 'waiting', uncounted: true })
  })

  it('tries soon again when the conversation broke off', () => {
    const ending = ended({ kind: 'not now', why: 'broke off' })
    expect(ending).toMatchObject({ state: 'waiting', afterMs: 5_000 })
    expect(ending).not.toHaveProperty('uncounted')
  })

  it('is in doubt when nothing came back, and a person has to look', () => {
    const ending = ended({ kind: 'silent' })
    expect(ending).toMatchObject({ state: 'in doubt', outcome: { code: 'NO_ANSWER' } })
    expect(ending.says?.map(({ type }) => type)).toEqual(['mail.doubted'])
  })

  it('is left for one more try where missing is worse, and only one', () => {
    expect(ended({ kind: 'silent' }, {}, 'resend')).toMatchObject({ state: 'abandoned' })
    expect(ended({ kind: 'silent' }, { interruptions: 1 }, 'resend')).toMatchObject({ state: 'in doubt' })
  })

  it('never says that nothing was sent when an earlier try may have arrived', () => {
    expect(failedEnding('REFUSED', { ...claim, interruptions: 1 }, attempted, make)).toMatchObject({
      state: 'in doubt',
      outcome: { code: 'REFUSED_AFTER_DOUBT' },
    })
  })

  it('never says that it was called off when an earlier try may have arrived', () => {
    expect(cancelledEnding(claim, attempted, make)).toMatchObject({ state: 'cancelled', says: [] })
    const ending = cancelledEnding({ ...claim, interruptions: 1 }, attempted, make)
    expect(ending).toMatchObject({
      state: 'in doubt',
      outcome: { code: 'CAMPAIGN_CANCELLED_AFTER_DOUBT', to: 'ada@example.test' },
      says: [{ type: 'mail.doubted' }],
    })
  })
})
