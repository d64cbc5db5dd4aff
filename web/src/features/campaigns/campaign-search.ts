import type { CampaignState } from '@rounds/contracts/http'

/** The filter as it stands in the address. */
export interface CampaignSearch {
  readonly state?: CampaignState
}

export const campaignStates = [
  'draft',
  'awaiting approval',
  'sending',
  'paused',
  'completed',
  'cancelled',
] as const satisfies readonly CampaignState[]

/** What an address means; a state that there is not is left out. */
export function readCampaignSearch({ state }: Readonly<Record<string, unknown>>): CampaignSearch {
  const known = campaignStates.find((one) => one === state)
  return known ? { state: known } : {}
}
