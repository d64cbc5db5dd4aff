import type { CampaignState, DeliveryInput, DeliveryOutcome } from '@rounds/contracts'
import { memoryLedger } from '@rounds/ledger'
import { describe, expect, it } from 'vitest'
import { anAnnouncement } from '../../test/wanted.ts'
import { deliverySorting } from '../delivery-work.ts'
import { syncCampaigns } from './heed-campaigns.ts'

describe('the waiting mails of a campaign', () => {
  it('lie where nobody works while it is paused, and come back when it goes on', async () => {
    const world = await setUp()
    await world.now('paused')
    expect(await world.deliveries.claimMany(5, 'bulk')).toEqual([])
    await world.now('sending')
    expect(world.rung()).toBe(1)
    expect(await world.deliveries.claimMany(5, 'bulk')).toHaveLength(3)
  })

  it('come back also when this process did not see the pause', async () => {
    const world = await setUp()
    await world.now('paused')
    await world.restarted()
    await world.now('sending')
    expect(await world.deliveries.claimMany(5, 'bulk')).toHaveLength(3)
  })

  it('come back also when another mailer, which had not heard yet, put them there once more', async () => {
    const world = await setUp()
    await world.now('paused')
    await world.now('sending')
    await world.deliveries.changeLane(anAnnouncement.batchId, 'bulk', 'held')
    await world.now('sending')
    expect(await world.deliveries.claimMany(5, 'bulk')).toHaveLength(3)
  })

  it('are left to their worker when they may have arrived before, wherever they lie', async () => {
    const world = await setUp()
    const [claim] = await world.deliveries.claimMany(1, 'bulk')
    await claim?.intend()
    await claim?.settle({ state: 'abandoned', reason: 'no answer', afterMs: 0 })
    const anew = { state: 'waiting', outcome: { kind: 'in doubt', decisions: [] }, says: [] } as const
    await world.deliveries.resolve(claim?.key ?? '', anew, 'a person')
    await world.now('paused')
    await world.now('cancelled')
    expect(await world.deliveries.claimMany(5, 'bulk')).toMatchObject([{ key: claim?.key, interruptions: 1 }])
  })

  it('that were written down during a pause are held as well', async () => {
    const world = await setUp()
    await world.now('paused')
    await world.want('late')
    await world.now('paused')
    expect(await world.deliveries.claimMany(5, 'bulk')).toEqual([])
  })

  it('end as called off when it is, those of a pause too, and what has left stays', async () => {
    const world = await setUp()
    const [sent] = await world.deliveries.claimMany(1, 'bulk')
    await sent?.settle({ state: 'done', outcome: { kind: 'sent', decisions: [] }, says: [] })
    await world.now('paused')
    await world.now('cancelled')
    const states = await Promise.all(['r1', 'r2', 'r3'].map(async (id) => world.deliveries.read(id)))
    expect(states.map((work) => work?.outcome?.kind).toSorted()).toEqual(['cancelled', 'cancelled', 'sent'])
  })

  it('of another campaign are left alone', async () => {
    const world = await setUp()
    await world.want('other', 'another-campaign')
    await world.now('cancelled')
    expect(await world.deliveries.claimMany(5, 'bulk')).toMatchObject([{ key: 'other' }])
  })
})

async function setUp() {
  const deliveries = memoryLedger<DeliveryInput, DeliveryOutcome>({
    repeating: 'doubtful',
    ...deliverySorting,
  })
  let state: CampaignState = 'sending'
  let rung = 0
  const fresh = () =>
    syncCampaigns({
      campaigns: { active: () => [{ id: anAnnouncement.batchId, state }] },
      deliveries,
      ring: () => {
        rung += 1
      },
    })
  let heed = fresh()
  const want = (key: string, batchId: string = anAnnouncement.batchId) =>
    deliveries.accept(key, { ...anAnnouncement, batchId, purpose: 'administrative', templateVersion: 1 })
  for (const key of ['r1', 'r2', 'r3']) await want(key)
  return {
    deliveries,
    want,
    rung: () => rung,
    async now(next: CampaignState) {
      state = next
      await heed()
    },
    async restarted() {
      heed = fresh()
    },
  }
}
