import { silent } from '@rounds/kernel'
import { describe, expect, it, vi } from 'vitest'
import { listening } from './subscriptions.ts'

const now = new Date('2026-02-01T12:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)

describe('listening to other systems', () => {
  it('hears each that comes to the broker, once, also when it is let in later', async () => {
    const { look, systems, heard } = setUp()
    systems.push({ _id: 'lis', natsKey: 'U1' })
    await look()
    systems.push({ _id: 'pacs', natsKey: 'U2' }, { _id: 'web' })
    await look()
    await look()

    expect(heard).toEqual(['lis', 'pacs'])
  })

  it('hears what was said before a system was shut out, as long as it may still wait somewhere', async () => {
    const { look, systems, heard } = setUp()
    systems.push({ _id: 'lis', natsKey: 'U1', revokedAt: daysAgo(29) })
    systems.push({ _id: 'old', natsKey: 'U2', revokedAt: daysAgo(31) })
    await look()

    expect(heard).toEqual(['lis'])
  })

  it('tries again when there is no stream yet', async () => {
    const { look, systems, heard, fail } = setUp()
    systems.push({ _id: 'lis', natsKey: 'U1' })
    fail(true)
    await look()
    fail(false)

    await vi.waitFor(async () => {
      await look()
      expect(heard).toEqual(['lis'])
    })
  })
})

function setUp() {
  const systems: { _id: string; natsKey?: string; revokedAt?: Date }[] = []
  const heard: string[] = []
  let fails = false
  const look = listening({
    systems: async () => systems,
    subscriptionOf: (system) =>
      ({ consumer: { durable: system }, concurrency: 1, handlers: new Map() }) as never,
    bus: {
      subscribe: async ({ consumer }) => {
        if (fails) throw new Error('no stream')
        heard.push(consumer.durable)
      },
    },
    log: silent,
    now: () => now,
  })
  return { systems, heard, look, fail: (does: boolean) => (fails = does) }
}
