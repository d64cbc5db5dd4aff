import type { CampaignState, HospitalEvent } from '@rounds/contracts'
import type { Page, Principal } from '../http/index.ts'
import type { Campaign } from './campaign.ts'

/** Who looks. `the house` is the gateway itself, keeping campaigns in step with events; never a request. */
type Viewer = Pick<Principal, 'role'> | 'the house'

/** The hospital's mail to many; the office's, and nobody else's. */
export interface Campaigns {
  /** One write holds the campaign and what it says. One that is known already stays as it is. */
  add(campaign: Campaign, says?: readonly HospitalEvent[]): Promise<void>
  one(campaignId: string, viewer: Viewer): Promise<Campaign | undefined>
  /** Newest first; one more than the page asks for. */
  list(viewer: Viewer, state: CampaignState | undefined, page: Page): Promise<Campaign[]>
  /**
   * Moves a campaign by compare-and-set on its version, together with what the move says; `move` may run again on a
   * fresher one, and what it throws ends the change. Answers the campaign as it then stands.
   */
  change(
    campaignId: string,
    move: (campaign: Campaign) => Campaign,
    says?: (campaign: Campaign) => readonly HospitalEvent[],
  ): Promise<Campaign | undefined>
}

/** Campaigns are the office's: others learn nothing of them, not even that they are. */
export const reaches = (viewer: Viewer) => viewer === 'the house' || viewer.role === 'admin'
