import { gatewayJobsConsumer } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import {
  done,
  eventMaker,
  type Handler,
  hears,
  memoryBroker,
  memoryBus,
  subscription,
} from '@rounds/messaging'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { canarySender } from './canary-sender.ts'

describe('canaries', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'Date'],
      now: new Date('2031-05-04T08:00:20Z'),
    })
  })
  afterEach(() => void vi.useRealTimers())

  it('go out when their time begins, one for all replicas, and every replica sees the answer', async () => {
    const broker = memoryBroker()
    const replicas = [await replica(broker), await replica(broker)]
    await listening(broker)

    await vi.advanceTimersByTimeAsync(39_999)
    expect(replicas[0]?.bus.published).toEqual([])
    await vi.advanceTimersByTimeAsync(1)

    await vi.waitFor(() => {
      for (const { sender } of replicas) {
        expect(sender.health()).toMatchObject({
          lastCanaryAt: '2031-05-04T08:01:00.000Z',
          items: expect.arrayContaining([
            expect.objectContaining({ durable: 'gateway-jobs', roundTripMs: expect.any(Number) }),
          ]),
        })
      }
    })
    // One in the stream of events, one in that of ticks.
    expect(broker.kept).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(broker.kept).toHaveLength(4)
    for (const { sender } of replicas) await sender.stop()
  })

  it('show who has gone silent', async () => {
    const broker = memoryBroker()
    const { sender } = await replica(broker)
    await listening(broker)

    await vi.advanceTimersByTimeAsync(40_000 + 60_000 + 11_000)

    await vi.waitFor(() => {
      const [exports, jobs] = sender.health().items
      expect(exports).toMatchObject({ durable: 'reports-exports', silentSince: '2031-05-04T08:01:00.000Z' })
      expect(jobs).not.toHaveProperty('silentSince')
    })
    await sender.stop()
  })

  it('accuse nobody while the broker is away', async () => {
    const { sender } = await replica(memoryBroker(), () => Promise.reject(new Error('away')))
    await vi.advanceTimersByTimeAsync(600_000)
    expect(sender.health().items.filter((one) => 'silentSince' in one)).toEqual([])
    expect(sender.health()).not.toHaveProperty('lastCanaryAt')
    await sender.stop()
  })
})

async function replica(broker: ReturnType<typeof memoryBroker>, publish?: () => Promise<number>) {
  const bus = memoryBus({ broker })
  const now = () => new Date()
  const heard = publish ? { ...bus, publish } : bus
  const sender = canarySender({
    bus: heard,
    make: eventMaker('gateway', now),
    now,
    everyMs: 60_000,
    log: silent,
  })
  await sender.start()
  return { bus, sender }
}

/** The gateway's own consumer works, that of reports does not. */
async function listening(broker: ReturnType<typeof memoryBroker>) {
  const handled: Handler<(typeof gatewayJobsConsumer.hears)[number]> = async () => done
  const handlers = gatewayJobsConsumer.hears.map((contract) => hears(contract, handled))
  await memoryBus({ broker }).subscribe(subscription(gatewayJobsConsumer, 1, ...handlers))
}
