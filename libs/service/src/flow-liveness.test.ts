import { describe, expect, it } from 'vitest'
import { type Flow, flowLiveness } from './flow-liveness.ts'

describe('flow liveness', () => {
  it('calls a consumer stalled by name when events have waited and nothing moved for 45 s', async () => {
    const world = setUp()
    world.events({ pending: 3, idleMs: 0 })
    await world.ready()
    world.wait(45_000)
    await expect(world.ready()).rejects.toThrow('events wait and nothing moves at reports-exports')
  })

  it('is patient until then', async () => {
    const world = setUp()
    world.events({ pending: 3, idleMs: 0 })
    await world.ready()
    world.wait(44_999)
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

  it('gives no verdict while the broker is away, and begins anew when it is back', async () => {
    const world = setUp()
    world.events({ pending: 3, idleMs: 0 })
    await world.ready()
    world.broker('away')
    await world.ready()
    world.wait(3_600_000)
    await world.ready()
    world.events({ pending: 3, idleMs: 3_600_000 })
    await world.ready()
    world.wait(45_000)
    await expect(world.ready()).rejects.toThrow('reports-exports')
  })

  it('gives no verdict while consumers wait for a database, however long', async () => {
    const world = setUp()
    world.events({ pending: 3, idleMs: 0, paused: true })
    await world.ready()
    world.wait(3_600_000)
    await world.ready()
    world.events({ pending: 3, idleMs: 3_600_000 })
    await world.ready()
  })

  it.each(['refuses', 'hangs'] as const)(
    'calls a connection stuck that seems to stand and %s for 45 s, until it answers again',
    async (how) => {
      const world = setUp()
      world.broker(how)
      await world.ready()
      world.wait(44_999)
      await world.ready()
      world.wait(1)
      await expect(world.ready()).rejects.toThrow('seems to stand and carries nothing')
      if (how === 'hangs') return
      world.events({ pending: 0, idleMs: 0 })
      await world.ready()
    },
  )
})

function setUp() {
  let clock = 1_000_000
  let progressAt = 0
  let flows: () => Promise<Flow[]> = async () => []
  const check = flowLiveness({
    flows: () => flows(),
    progressAt: () => progressAt,
    now: () => clock,
    waitMs: 5,
  })
  let flow: Flow = { durable: 'reports-exports', pending: 0, idleMs: 0 }
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
    broker(how: 'away' | 'refuses' | 'hangs') {
      const error = Object.assign(new Error(how), how === 'away' ? { code: 'BUS_AWAY' } : {})
      flows = () => (how === 'hangs' ? new Promise(() => {}) : Promise.reject(error))
    },
  }
}
