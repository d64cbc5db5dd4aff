import type { ApprovalReason, CampaignDocument, CampaignState, Contribution } from '@rounds/contracts'

/** A campaign as it stands in the database, without its outbox. */
export interface Campaign extends CampaignDocument {
  /** Under which Idempotency-Key it was sent off. */
  readonly sentUnder?: string
  /** Somebody is filling it from a file; over a minute old, they are no longer. */
  readonly filling?: { readonly by: string; readonly at: Date }
}

type Step = 'edit' | 'send' | 'approve' | 'pause' | 'resume' | 'cancel'

/** From where each step leads on. */
const begins: Readonly<Record<Step, readonly CampaignState[]>> = {
  edit: ['draft'],
  send: ['draft'],
  approve: ['awaiting approval'],
  pause: ['sending'],
  resume: ['paused'],
  cancel: ['draft', 'awaiting approval', 'sending', 'paused'],
}

/** Why a step is not taken. */
export type Refusal = 'not from here' | 'not by the one who asked'

/** A new campaign; nothing of it is sent. Whoever made what it is taken from has a hand in it, too. */
export function draft(
  wish: Pick<
    CampaignDocument,
    '_id' | 'name' | 'template' | 'purpose' | 'audience' | 'texts' | 'columns' | 'contributions'
  >,
  by: string,
  correlationid: string,
  at: Date,
): Campaign {
  const contributions = also(wish.contributions ?? [], { by, did: 'created' })
  return {
    ...wish,
    contributions,
    state: 'draft',
    createdBy: by,
    createdAt: at,
    correlationid,
    version: 1,
    updatedAt: at,
  }
}

/** The draft with other wishes. What was uploaded stands for as long as the audience is an upload. */
export function edited(
  campaign: Campaign,
  change: Partial<Pick<Campaign, 'name' | 'template' | 'purpose' | 'audience' | 'texts'>>,
  by: string,
): Campaign | Refusal {
  return may('edit', campaign)
    ? contributed({ ...campaign, ...change }, { by, did: 'edited' })
    : 'not from here'
}

/** The campaign, with one more who had a hand in it. */
export const contributed = (campaign: Campaign, ...more: readonly Contribution[]): Campaign => ({
  ...campaign,
  contributions: also(contributionsTo(campaign), ...more),
})

/** Who had a hand in a campaign. One from before this was kept tells who made it and who sent it. */
export const contributionsTo = ({ contributions, createdBy, requested }: Campaign): readonly Contribution[] =>
  contributions ?? [
    { by: createdBy, did: 'created' },
    ...(requested ? [{ by: requested.by, did: 'sent' } as const] : []),
  ]

function also(contributions: readonly Contribution[], ...more: readonly Contribution[]): Contribution[] {
  const all = [...contributions, ...more]
  return [...new Map(all.map((one) => [`${one.did} ${one.by}`, one])).values()]
}

/** Sent off by a person, for as many as were counted: at once, or once a second person says so. */
export function sentOff(
  campaign: Campaign,
  asked: {
    by: string
    at: Date
    expected: number
    approvalReason: ApprovalReason | undefined
    under: string
  },
): Campaign | Refusal {
  if (!may('send', campaign)) return 'not from here'
  const { by, at, expected, approvalReason, under } = asked
  const state = approvalReason ? 'awaiting approval' : 'sending'
  const sent = { ...campaign, state, expected, requested: { by, at }, sentUnder: under } as const
  return contributed(approvalReason ? { ...sent, approvalReason } : sent, { by, did: 'sent' })
}

/** Approved by somebody who had no hand in it: two pairs of eyes are two people's. */
export function approved(campaign: Campaign, by: string, at: Date): Campaign | Refusal {
  if (campaign.approved?.by === by && campaign.state === 'sending') return campaign
  if (!may('approve', campaign)) return 'not from here'
  if (barredFromApproving(campaign, by)) return 'not by the one who asked'
  return { ...campaign, state: 'sending', approved: { by, at } }
}

export function paused(campaign: Campaign, by: string, at: Date, reason?: string): Campaign | Refusal {
  if (campaign.state === 'paused') return campaign
  if (!may('pause', campaign)) return 'not from here'
  return { ...campaign, state: 'paused', paused: { by, at, ...(reason ? { reason } : {}) } }
}

export function resumed(campaign: Campaign): Campaign | Refusal {
  if (campaign.state === 'sending') return campaign
  if (!may('resume', campaign)) return 'not from here'
  const { paused: _, ...rest } = campaign
  return { ...rest, state: 'sending' }
}

/** Called off, for good: what has not left yet never will. */
export function cancelled(campaign: Campaign, by: string, at: Date, reason?: string): Campaign | Refusal {
  if (campaign.state === 'cancelled') return campaign
  if (!may('cancel', campaign)) return 'not from here'
  return { ...campaign, state: 'cancelled', cancelled: { by, at, ...(reason ? { reason } : {}) } }
}

/** The mailer says that every delivery has an end. A person's word stands: what was called off stays called off. */
export function completed(campaign: Campaign, at: Date): Campaign {
  if (campaign.completedAt) return campaign
  const state = campaign.state === 'cancelled' ? 'cancelled' : 'completed'
  return { ...campaign, state, completedAt: at }
}

/** Nobody was chosen, only a role: such a mail goes to the whole house. */
export function isEverybody({ audience }: Pick<Campaign, 'audience'>): boolean {
  if (audience.kind !== 'people') return false
  const { kind: _kind, role: _role, ...filters } = audience
  return Object.keys(filters).length === 0
}

/** What somebody did to it, for which they may not approve it. */
export const barredFromApproving = (campaign: Campaign, personId: string) =>
  contributionsTo(campaign).find(({ by }) => by === personId)?.did

export const mayApprove = (campaign: Campaign, personId: string) =>
  may('approve', campaign) && barredFromApproving(campaign, personId) === undefined

const may = (step: Step, { state }: Pick<Campaign, 'state'>) => begins[step].includes(state)
