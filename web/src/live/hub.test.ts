import { describe, expect, it } from 'vitest'
import { liveHub, type Source } from './hub.ts'

describe('the live connection', () => {
  it('is live once the stream stands, and passes on what it says', () => {
    const world = setUp()
    world.stream().emit('open')
    world.stream().emit('job', '{"jobId":"job-1"}')

    expect(world.hub.state()).toEqual({ kind: 'live' })
    expect(world.heard).toEqual([['job', { jobId: 'job-1' }]])
  })

  it('says when it will try again, and waits longer each time', () => {
    const world = setUp()
    const waits = [1, 2, 3].map(() => {
      world.stream().emit('error')
      const state = world.hub.state()
      world.pass()
      return state.kind === 'reconnecting' && state.at
    })

    expect(waits).toEqual([1_000, 2_000, 4_000])
    expect(world.streams).toHaveLength(4)
  })

  it('asks for what it missed when it is back, but not the first time', () => {
    const world = setUp()
    world.stream().emit('open')
    expect(world.backs()).toBe(0)

    world.stream().emit('bye')
    world.pass()
    world.stream().emit('open')

    expect(world.backs()).toBe(1)
    expect(world.hub.state().kind).toBe('live')
  })

  it('asks for what could not be had before it stood for the first time', () => {
    const world = setUp()
    world.stream().emit('error')
    world.pass()
    world.stream().emit('open')

    expect(world.backs()).toBe(1)
  })

  it('hears nothing more from a stream that it has left', () => {
    const world = setUp()
    const left = world.stream()
    left.emit('error')
    world.hub.retryNow()
    left.emit('job', '{}')
    left.emit('error')

    expect(left.closed).toBe(true)
    expect(world.heard).toEqual([])
    expect(world.streams).toHaveLength(2)
  })

  it('waits for the network while there is none', () => {
    const world = setUp({ online: false })
    world.stream().emit('error')

    expect(world.hub.state()).toEqual({ kind: 'offline' })
    expect(world.pending()).toBe(false)

    world.hub.retryNow()
    world.stream().emit('open')
    expect(world.hub.state()).toEqual({ kind: 'live' })
  })

  it('tries no more once it is stopped', () => {
    const world = setUp()
    world.stream().emit('error')
    world.hub.stop()

    expect(world.pending()).toBe(false)
  })
})

function setUp({ online = true } = {}) {
  const streams: ReturnType<typeof fakeSource>[] = []
  const heard: unknown[] = []
  let backs = 0
  let waiting: (() => void) | undefined
  const hub = liveHub({
    open: () => {
      const source = fakeSource()
      streams.push(source)
      return source
    },
    isOnline: () => online,
    now: () => 0,
    later(run) {
      waiting = run
      return () => {
        waiting = undefined
      }
    },
    random: () => 1,
    on: { message: (type, data) => heard.push([type, data]), back: () => backs++, lost: () => {} },
  })
  hub.start()
  return {
    hub,
    streams,
    heard,
    backs: () => backs,
    stream: () => streams.at(-1) as ReturnType<typeof fakeSource>,
    pending: () => waiting !== undefined,
    pass: () => waiting?.(),
  }
}

function fakeSource() {
  const listeners = new Map<string, (event: { data?: string }) => void>()
  const source = {
    closed: false,
    addEventListener: (type: string, listener: (event: { data?: string }) => void) =>
      void listeners.set(type, listener),
    close() {
      source.closed = true
    },
    emit: (type: string, data?: string) => listeners.get(type)?.(data === undefined ? {} : { data }),
  } satisfies Source & Record<string, unknown>
  return source
}
