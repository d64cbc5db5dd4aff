import type { CampaignState, CampaignTexts } from '@rounds/contracts'

export interface WatchedCampaign {
  readonly id: string
  readonly state: CampaignState
  readonly texts?: CampaignTexts
}

/** What the gateway says of campaigns, never older than a moment. */
export interface CampaignWatch {
  /** Reads it when it is not watched yet. */
  of(campaignId: string): Promise<WatchedCampaign | undefined>
  /** Whether mail of this campaign may start at this very moment; no when nobody can know. */
  maySend(campaignId: string): boolean
  /** Those that are being sent, are paused, or were called off and are not over yet. */
  active(): readonly WatchedCampaign[]
  look(): Promise<void>
}
