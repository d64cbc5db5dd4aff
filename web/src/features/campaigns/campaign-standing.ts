import type { Campaign, CampaignState } from '@rounds/contracts/http'

/** Where a campaign stands, as a person would say it: its state, and what that state alone would not be true without. */
export type CampaignStanding =
  | CampaignState
  | 'waits for mail server'
  | 'waits for later'
  | 'completed uncertain'

export function standingOf({
  state,
  waitsFor,
  counts,
}: Pick<Campaign, 'state' | 'waitsFor' | 'counts'>): CampaignStanding {
  if (state === 'sending' && waitsFor) return `waits for ${waitsFor}`
  if (state === 'completed' && counts && counts.inDoubt > 0) return 'completed uncertain'
  return state
}
