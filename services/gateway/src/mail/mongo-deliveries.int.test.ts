import { testServers } from '@rounds/local-servers'
import { type MongoStore, mongoStore } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDelivery } from '../../test/open-door.ts'
import { campaignProgress } from '../campaigns/campaign-progress.ts'
import { countsOf, type KeptDelivery, noTally } from './deliveries.ts'
import { mongoDeliveries } from './mongo-deliveries.ts'

const now = new Date('2026-11-30T09:00:00Z')
const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1_000)

describe('the tally of a campaign', () => {
  let store: MongoStore
  beforeAll(async () => {
    store = mongoStore(testServers().freshDatabase(), { appName: 'gateway-test' })
    await store.start()
  })
  afterAll(() => store.stop())

  async function tallyOf(batchId: string, deliveries: readonly KeptDelivery[]) {
    await store
      .collection<KeptDelivery>('deliveries')
      .insertMany(deliveries.map((one) => ({ ...one, input: { ...one.input, batchId } })))
    const tallies = await mongoDeliveries(
      store,
      () => now,
      () => {},
    ).tallies([batchId])
    return tallies.get(batchId) ?? noTally
  }

  it('counts ends by the slice of the last half minute, and leaves out older ones', async () => {
    const ended = [29, 29, 3, 1, 1, 1, 90].map((seconds) => aDelivery({ settledAt: secondsAgo(seconds) }))
    const { ends, counts, sentAt } = await tallyOf('ends', ended)
    expect(ends).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3])
    expect(counts.sent).toBe(7)
    expect(sentAt).toEqual(secondsAgo(1))
  })

  it('knows when the mail server took none, from what the mailer wrote when it gave them back', async () => {
    const tried = (at: Date, reason: string) => ({
      state: 'waiting',
      fence: 1,
      nextAttemptAt: secondsAgo(-5),
      history: [{ at: secondsAgo(60) }, { at, reason }, { at: secondsAgo(1) }],
    })
    const tally = await tallyOf('away', [
      aDelivery({ settledAt: secondsAgo(50) }),
      waiting(tried(secondsAgo(20), 'relay away')),
      waiting(tried(secondsAgo(40), 'relay login')),
      waiting(tried(secondsAgo(2), 'refused for now')),
      waiting({ state: 'waiting', fence: 0, history: [{ at: secondsAgo(60) }] }),
    ])
    expect(tally.relayAwayAt).toEqual(secondsAgo(20))
    const sending = { state: 'sending', expected: 5 } as const
    expect(campaignProgress(sending, countsOf(sending, tally), tally)).toEqual({ waitsFor: 'mail server' })
  })

  it('counts what waits for more than its turn', async () => {
    const hours = { state: 'waiting', nextAttemptAt: new Date(now.getTime() + 3_600_000) }
    const tally = await tallyOf('later', [waiting(hours), waiting(hours), waiting({ state: 'waiting' })])
    expect(tally.later).toBe(2)
    expect(tally.relayAwayAt).toBeUndefined()
  })
})

/** Without an end. */
function waiting(
  change: Partial<Omit<KeptDelivery, 'history'>> & { readonly history?: readonly object[] },
): KeptDelivery {
  const { outcome: _outcome, settledAt: _settledAt, ...delivery } = aDelivery()
  return { ...delivery, nextAttemptAt: now, ...change } as KeptDelivery
}
