import {
  type BatchInput,
  type BatchProgress,
  type DeliveryInput,
  type DeliveryOutcome,
  deliveryResolved,
  type MailDocument,
  mailRequested,
} from '@rounds/contracts'
import { memoryLedger } from '@rounds/ledger'
import { deliveryKeys } from '@rounds/mail'
import { done, eventMaker } from '@rounds/messaging'
import { aPerson } from '@rounds/testing'
import { describe, expect, it } from 'vitest'
import { deliverySorting } from '../delivery-work.ts'
import { deliveryMaker } from '../new-delivery.ts'
import { acceptCampaign, acceptMail, resolveDelivery } from './hear-mail.ts'

const make = eventMaker('gateway')
const context = { attempt: 1, signal: new AbortController().signal }

describe('a single mail that is asked for', () => {
  it('is written down once however often it is heard, before every campaign', async () => {
    const world = setUp()
    expect(await world.ask()).toEqual(done)
    expect(await world.ask()).toEqual(done)

    const claims = await world.deliveries.claimMany(5, 'care')
    expect(claims).toHaveLength(1)
    expect(claims[0]?.input).toMatchObject({
      batchId: 'mail-1',
      batch: 'single',
      purpose: 'administrative',
      language: 'hi',
      recipient: { kind: 'person', id: 'ada', name: 'Ada Rao' },
    })
    expect(world.rung).toEqual(['care', 'care'])
  })

  it('for nobody who is known is written down all the same: its delivery says why it failed', async () => {
    const world = setUp({ recipientId: 'gone' })
    expect(await world.ask()).toEqual(done)
    expect((await world.deliveries.claimMany(1, 'care'))[0]?.input.recipient).toMatchObject({ id: 'gone' })
  })

  it('that tries a template out is in the language asked for, and waits for no morning', async () => {
    const world = setUp({ test: true, language: 'en', template: 'visit-reminder' })
    await world.ask()
    expect((await world.deliveries.claimMany(1, 'care'))[0]?.input).toMatchObject({
      purpose: 'care',
      language: 'en',
      template: 'visit-reminder',
    })
  })

  it('that nobody wrote down is kept for a person', async () => {
    const world = setUp()
    expect(await world.ask('unknown')).toMatchObject({ kind: 'reject' })
    expect(world.rung).toEqual([])
  })
})

describe('a campaign that was sent off', () => {
  const sentOff = (needsApproval?: boolean) => ({
    id: 'event-1',
    correlationid: 'story',
    data: { campaignId: 'campaign-1', ...(needsApproval === undefined ? {} : { needsApproval }) },
  })

  it('is begun once, also when its approval or its end is heard as well', async () => {
    const world = setUp()
    for (const event of [sentOff(false), sentOff(), sentOff()]) await world.campaign(event)
    expect(await world.batches.claimMany(5)).toHaveLength(1)
    expect(world.rung).toEqual(['look', 'batches', 'look', 'batches', 'look', 'batches'])
  })

  it('is not begun while it waits for a second person', async () => {
    const world = setUp()
    expect(await world.campaign(sentOff(true))).toEqual(done)
    expect(await world.batches.claimMany(5)).toEqual([])
    expect(world.rung).toEqual([])
  })
})

describe('what a person decided about a mail in doubt', () => {
  it('holds once, though it is heard twice', async () => {
    const world = setUp()
    const key = await world.doubt()
    await world.decide(key, 'resend')
    await world.decide(key, 'resend')
    const [claim] = await world.deliveries.claimMany(5, 'care')
    expect(claim?.outcome).toMatchObject({ occurrence: 1 })
    await claim?.settle({ state: 'in doubt', outcome: { kind: 'in doubt', decisions: [] }, says: [] })
    await world.decide(key, 'resend')
    expect(await world.deliveries.claimMany(5, 'care')).toEqual([])
  })

  it('changes nothing of a mail that is in no doubt', async () => {
    const world = setUp()
    await world.ask()
    const [claim] = await world.deliveries.claimMany(1, 'care')
    await claim?.settle({ state: 'done', outcome: { kind: 'sent', decisions: [] }, says: [] })
    expect(await world.decide(claim?.key ?? '', 'abandon')).toEqual(done)
    expect((await world.deliveries.read(claim?.key ?? ''))?.outcome?.kind).toBe('sent')
  })

  it('about a mail that does not exist is kept for a person', async () => {
    expect(await setUp().decide('nothing', 'sent')).toMatchObject({ kind: 'reject' })
  })
})

function setUp(said: Partial<MailDocument> = {}) {
  const deliveries = memoryLedger<DeliveryInput, DeliveryOutcome>({
    repeating: 'doubtful',
    ...deliverySorting,
  })
  const batches = memoryLedger<BatchInput, BatchProgress>()
  const rung: string[] = []
  const ring = (name: string) => () => void rung.push(name)
  const mail: MailDocument = {
    _id: 'mail-1',
    recipientId: 'ada',
    template: 'announcement',
    purpose: 'administrative',
    requestedBy: 'asha',
    requestedAt: new Date(),
    correlationid: 'story',
    ...said,
  }
  const deps = {
    deliveries,
    batches,
    wishes: {
      mail: async (id: string) => (id === mail._id ? mail : undefined),
      person: async (id: string) => (id === 'ada' ? aPerson({ language: 'hi' }) : undefined),
    },
    delivery: deliveryMaker(deliveryKeys('a secret of the tests, long enough to be one')),
    ring: { care: ring('care'), bulk: ring('bulk'), batches: ring('batches') },
    look: async () => void rung.push('look'),
  }
  return {
    deliveries,
    batches,
    rung,
    ask: (mailId = 'mail-1') =>
      acceptMail(deps)(make(mailRequested, { mailId, template: mail.template }), context),
    campaign: acceptCampaign(deps),
    decide: (deliveryId: string, as: 'sent' | 'resend' | 'abandon') =>
      resolveDelivery(deps)(
        make(deliveryResolved, { deliveryId, as, resolvedBy: 'asha' }, undefined, { id: 'decision-1' }),
        context,
      ),
    /** A mail of which nobody knows whether it arrived. */
    async doubt() {
      await acceptMail(deps)(make(mailRequested, { mailId: 'mail-1', template: mail.template }), context)
      const [claim] = await deliveries.claimMany(1, 'care')
      await claim?.intend()
      await claim?.settle({
        state: 'in doubt',
        outcome: { kind: 'in doubt', code: 'NO_ANSWER', decisions: [] },
        says: [],
      })
      return claim?.key ?? ''
    },
  }
}
