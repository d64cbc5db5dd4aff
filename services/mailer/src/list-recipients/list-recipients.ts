import { type BatchInput, type BatchProgress, campaignCompleted, type EventOf } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import type { BatchClaim, BatchEnding } from '../batch-work.ts'
import type { CampaignWatch } from '../campaign-watch.ts'
import type { DeliveryLedger } from '../delivery-work.ts'
import type { MakeDelivery, Wanted } from '../new-delivery.ts'

/** Some of those a batch is for, in an order that stays the same, and where it goes on behind them. */
export interface RecipientPage {
  readonly wanted: readonly Wanted[]
  readonly cursor: string
}

export type BatchCounts = Omit<EventOf<typeof campaignCompleted>['data'], 'campaignId' | 'expected'> & {
  /** Those that have no end yet. */
  readonly open: number
}

export interface ListRecipientsDeps {
  readonly pages: (
    batch: { readonly id: string; readonly input: BatchInput },
    cursor: string | undefined,
  ) => AsyncIterable<RecipientPage>
  readonly deliveries: Pick<DeliveryLedger, 'accept'>
  readonly delivery: MakeDelivery
  readonly campaigns: Pick<CampaignWatch, 'of'>
  /** Cheaper than counting, which is done once all seem to have an end. */
  readonly hasOpen: (batchId: string) => Promise<boolean>
  readonly counts: (batchId: string) => Promise<BatchCounts>
  readonly make: MakeEvent
  /** Something new waits. */
  readonly ring: () => void
  readonly noteProgress: () => void
}

const lookAgainMs = 1_000

/** Then whoever waits for a hand has its turn: a reminder does not wait for the lists of four large campaigns. */
const pagesATurn = 10

/**
 * Writes a delivery down for everybody a batch is for, page by page, and notes how far it is. Whoever takes over writes the last page
 * again, and nothing comes of it: a delivery's key is the same whoever wants it. A campaign is done once all of its mails have an end.
 */
export function listRecipients(deps: ListRecipientsDeps) {
  return async (claim: BatchClaim, signal: AbortSignal): Promise<BatchEnding> => {
    const { key: id, input } = claim
    let progress = claim.outcome ?? { listed: 0, isListed: false }
    const stateNow = async () =>
      input.kind === 'campaign' ? (await deps.campaigns.of(id))?.state : 'sending'

    let pages = 0
    for await (const page of progress.isListed ? [] : deps.pages({ id, input }, progress.cursor)) {
      signal.throwIfAborted()
      const state = await stateNow()
      if (state === 'cancelled') break
      if (state !== 'sending') return later('the campaign is not being sent')
      const accepted = await Promise.all(
        page.wanted.map(deps.delivery).map(({ key, input }) => deps.deliveries.accept(key, input)),
      )
      // Of this list, and not of an earlier one that wanted the same mails: what comes of those is counted there.
      const mine = accepted.filter(({ work }) => work.input.batchId === id)
      progress = { listed: progress.listed + mine.length, isListed: false, cursor: page.cursor }
      await claim.note(progress)
      deps.noteProgress()
      deps.ring()
      if (++pages === pagesATurn) return later('others have their turn', 0)
    }
    if (!progress.isListed) {
      progress = { ...progress, isListed: true }
      await claim.note(progress)
    }
    return input.kind === 'campaign' ? completed(claim, progress, await stateNow()) : ended('done', progress)
  }

  async function completed(
    claim: BatchClaim,
    progress: BatchProgress,
    state = 'cancelled',
  ): Promise<BatchEnding> {
    if (await deps.hasOpen(claim.key)) return later('some of its mails have no end yet')
    const { open, ...counts } = await deps.counts(claim.key)
    if (open > 0) return later('some of its mails have no end yet')
    const expected = Object.values(counts).reduce((sum, count) => sum + count, 0)
    const says = [
      deps.make(campaignCompleted, { campaignId: claim.key, expected, ...counts }, claim.input.cause),
    ]
    return { ...ended(state === 'cancelled' ? 'cancelled' : 'done', progress), says }
  }
}

const later = (reason: string, afterMs = lookAgainMs): BatchEnding => ({
  state: 'waiting',
  reason,
  afterMs,
  uncounted: true,
})

const ended = (state: 'done' | 'cancelled', outcome: BatchProgress) => ({ state, outcome, says: [] }) as const
