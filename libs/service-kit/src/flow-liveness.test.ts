import { describe, expect, it } from 'vitest'
import { type Flow, flowLiveness } from './flow-liveness.ts'

describe('flow liveness', () => {
  it('calls a consumer stalled by name when events have waited a minute and nothing moved', async () => {
    const world = setUp()
    world.events({ pending: 3, idleMs: 0 })
    await world.ready()
    world.wait(60_000)
    await expect(world.ready()).rejects.toThrow('events wait and nothing moves at reports-exports')
  })

  it('is patient until the minute is over', async () => {
    const world = setUp()
    world.events({ pending: 3, idleMs: 0 })
    await world.ready()
    world.wait(59_999)
    await world.ready()
  })

  it('does not mistake a quiet night for a standstill when the first event comes', async () => {
    const world = setUp()
    world.events({ pending: 0, idleMs: 8 * 3_600_000 })
    await world.ready()
    world.events({ pending: 1, idleMs: 8 * 3_600_000 })
    await world.ready()
  })

  it('is content while events are settled, however many wait', async () => {
    const world = setUp()
    world.events({ pending: 10_000, idleMs: 0 })
    await world.ready()
    world.wait(600_000)
    world.events({ pending: 10_000, idleMs: 40 })
    await world.ready()
  })

  it('takes rows written and leases renewed for progress', async () => {
    const world = setUp()
    world.events({ pending: 3, idleMs: 0 })
    await world.ready()
    world.wait(600_000)
    world.progress()
    await world.ready()
  })

  it('starts anew when the queue was empty in between', async () => {
    const world = setUp()
    world.events({ pending: 3, idleMs: 0 })
    await world.ready()
    world.events({ pending: 0, idleMs: 30_000 })
    world.wait(50_000)
    await world.ready()
    world.events({ pending: 3, idleMs: 80_000 })
    world.wait(30_000)
    await world.ready()
  })

  it('gives no verdict while the broker does not answer', async () => {
    const world = setUp()
    world.brokerAway()
    await world.ready()
  })
})

function setUp() {
  let clock = 1_000_000
  let progressAt = 0
  let flows: () => Promise<Flow[]> = async () => []
  const check = flowLiveness({ flows: () => flows(), progressAt: () => progressAt, now: () => clock })
  let flow: Flow
  return {
    ready: () => check.check(),
    events(now: Omit<Flow, 'durable'>) {
      flow = { durable: 'reports-exports', ...now }
      flows = async () => [flow]
    },
    wait(ms: number) {
      clock += ms
      flow = { ...flow, idleMs: flow.idleMs + ms }
    },
    progress() {
      progressAt = clock
    },
    brokerAway() {
      flows = () => Promise.reject(new Error('away'))
    },
  }
}
