import type { BatchInput, BatchProgress, DeliveryInput, DeliveryOutcome } from '@rounds/contracts'
import { memoryLedger } from '@rounds/ledger'
import { eventMaker } from '@rounds/messaging'
import { expect, it } from 'vitest'
import { deliverySorting } from '../delivery-work.ts'
import { deliveryMaker } from '../new-delivery.ts'
import { listRecipients, type RecipientPage } from './list-recipients.ts'

it('a long list gives its hand to whoever waits, and goes on where it was when it has it again', async () => {
  const { turn, listedSince } = await listOf(25)
  expect(await turn()).toMatchObject({ state: 'waiting', afterMs: 0, uncounted: true })
  expect(await listedSince()).toHaveLength(10)
  expect(await turn()).toMatchObject({ state: 'waiting', afterMs: 0 })
  expect(await turn()).toMatchObject({ state: 'done', outcome: { listed: 25, isListed: true } })
  expect(await listedSince()).toHaveLength(15)
})

/** A list of so many pages of one reminder each. */
async function listOf(pages: number) {
  const batches = memoryLedger<BatchInput, BatchProgress>({ repeating: 'safe' })
  const deliveries = memoryLedger<DeliveryInput, DeliveryOutcome>({
    repeating: 'doubtful',
    ...deliverySorting,
  })
  const cause = { correlationid: 'tick' }
  await batches.accept('morning', { kind: 'reminders', days: [], cause })
  const list = listRecipients({
    async *pages(_batch, cursor) {
      for (let page = Number(cursor ?? 0) + 1; page <= pages; page++) yield pageAt(page)
    },
    deliveries,
    delivery: deliveryMaker(({ recipientId }) => recipientId),
    campaigns: { of: notAsked },
    hasOpen: notAsked,
    counts: notAsked,
    make: eventMaker('mailer'),
    ring: () => {},
    noteProgress: () => {},
  })
  return {
    async turn() {
      const claim = await batches.claimNext()
      if (!claim) throw new Error('nothing waits')
      const ending = await list(claim, new AbortController().signal)
      await claim.settle(ending)
      return ending
    },
    listedSince: () => deliveries.claimMany(pages, 'care'),
  }

  function pageAt(page: number): RecipientPage {
    const recipient = {
      kind: 'person',
      id: `patient-${page}`,
      name: 'Somebody',
      number: `P-${page}`,
    } as const
    const template = 'visit-reminder'
    const shared = { batchId: 'morning', batch: 'reminders', lane: 'care', occasion: 'today' } as const
    return { cursor: String(page), wanted: [{ ...shared, template, recipient, language: 'en', cause }] }
  }
}

const notAsked = async () => {
  throw new Error('nobody asks this of a list of reminders')
}
