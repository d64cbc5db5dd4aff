import { describe, expect, it } from 'vitest'
import { campaignProgress } from './campaign-progress.ts'

const sending = { state: 'sending' } as const
const minutesAgo = (minutes: number) => new Date(Date.UTC(2026, 10, 30, 9, 60 - minutes))
const tally = (part: Partial<Parameters<typeof campaignProgress>[2]>) => ({ ends: [], later: 0, ...part })

describe('a campaign that is being sent', () => {
  it('says nothing of its pace in its first seconds', () => {
    for (const ends of [[], [3], [0, 0, 45], [0, 45, 200, 210]])
      expect(campaignProgress(sending, { waiting: 4_000 }, tally({ ends }))).toEqual({})
  })

  it('says how fast it is once that is steady, whatever the age of the campaign', () => {
    const young = campaignProgress(sending, { waiting: 4_000 }, tally({ ends: [0, 0, 0, 70, 400, 400, 400] }))
    const old = campaignProgress(sending, { waiting: 4_000 }, tally({ ends: Array(15).fill(400) }))
    expect(young).toEqual({ perSecond: 200, etaMs: 20_000 })
    expect(old).toEqual(young)
  })

  it('says nothing while the pace jumps about, as after a pause', () => {
    const ends = [400, 400, 0, 0, 0, 0, 30, 600, 0, 500]
    expect(campaignProgress(sending, { waiting: 900 }, tally({ ends }))).toEqual({})
  })

  it('waits for the mail server from when that took none until it takes one', () => {
    const ends = Array(15).fill(20)
    const away = { ends, relayAwayAt: minutesAgo(1) }
    expect(campaignProgress(sending, { waiting: 900 }, tally(away))).toEqual({ waitsFor: 'mail server' })
    const before = { ...away, sentAt: minutesAgo(2) }
    expect(campaignProgress(sending, { waiting: 900 }, tally(before))).toEqual({ waitsFor: 'mail server' })
    const since = { ...away, sentAt: minutesAgo(0) }
    expect(campaignProgress(sending, { waiting: 900 }, tally(since))).toHaveProperty('perSecond')
  })

  it('says of what waits for the morning that it waits, and never when it will be done', () => {
    const ends = Array(15).fill(20)
    expect(campaignProgress(sending, { waiting: 7 }, tally({ ends, later: 7 }))).toEqual({
      waitsFor: 'later',
    })
    expect(campaignProgress(sending, { waiting: 9 }, tally({ ends, later: 7 }))).toEqual({ perSecond: 10 })
  })

  it.each(['draft', 'paused', 'completed', 'cancelled'] as const)('has no pace when it is %s', (state) => {
    expect(campaignProgress({ state }, { waiting: 9 }, tally({ ends: Array(15).fill(20) }))).toEqual({})
  })
})
