import { batchIncomplete, campaignCompleted } from '@rounds/contracts'
import { eventMaker, memoryBus } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { type Campaign, draft } from './campaign.ts'
import { campaignEventHandlers } from './event-handlers.ts'

describe('what the mailer says', () => {
  it('completes a campaign, once and never backwards', async () => {
    const world = await setUp('sending')
    await world.say()
    const [first] = world.campaign()
    await world.say()
    expect(world.campaign()).toEqual([first])
    expect(first).toMatchObject({ state: 'completed', completedAt: expect.any(Date) })
  })

  it('leaves called off what a person called off', async () => {
    const world = await setUp('cancelled')
    await world.say()
    expect(world.campaign()[0]).toMatchObject({ state: 'cancelled', completedAt: expect.any(Date) })
  })

  it('about a campaign that is not here is noted, and nothing else', async () => {
    const world = await setUp('sending')
    await world.say('another')
    expect([world.unknown, world.campaign()[0]?.state]).toEqual([['another'], 'sending'])
  })

  it('about a batch that did not reach everybody is noted', async () => {
    const world = await setUp('sending')
    await world.sayIncomplete()
    expect(world.incomplete).toEqual([{ batchId: 'fire', expected: 5, reached: 4 }])
  })
})

async function setUp(state: Campaign['state']) {
  const at = new Date('2026-03-01T09:00:00Z')
  const wish = {
    _id: 'one',
    name: 'News',
    template: 'announcement',
    purpose: 'care',
    audience: { kind: 'upload' },
  } as const
  const known = new Map<string, Campaign>([['one', { ...draft(wish, 'asha', 'trace', at), state }]])
  const unknown: string[] = []
  const incomplete: object[] = []
  const bus = memoryBus()
  await bus.subscribe(
    campaignEventHandlers({
      campaigns: {
        change: async (id, move) => {
          const campaign = known.get(id)
          if (campaign) known.set(id, move(campaign))
          return known.get(id)
        },
      },
      onUnknown: (id) => unknown.push(id),
      onIncomplete: (batch) => incomplete.push(batch),
    }),
  )
  const make = eventMaker('mailer')
  const none = { sent: 0, suppressed: 0, failed: 0, inDoubt: 0, cancelled: 0 }
  const publish = async (event: Parameters<typeof bus.publish>[0]) => {
    await bus.publish(event)
    await bus.settled()
  }
  return {
    unknown,
    incomplete,
    campaign: () => [...known.values()],
    say: (campaignId = 'one') => publish(make(campaignCompleted, { campaignId, expected: 0, ...none })),
    sayIncomplete: () =>
      publish(make(batchIncomplete, { batchId: 'fire', checkId: 'check', expected: 5, reached: 4 })),
  }
}
