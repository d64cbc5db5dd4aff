import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { type Component, type Log, OperatorError } from '@rounds/kernel'
import { describe, expect, it } from 'vitest'
import { ConfigError } from './config.ts'
import { type Host, program, runUntilStopped } from './lifecycle.ts'

describe('the life of a process', () => {
  it('starts in order and stops in the opposite one', async () => {
    const world = setUp()
    const life = world.run([world.part('store'), world.part('bus'), world.part('door')])
    await world.asked('SIGTERM')
    await life
    expect(world.happened).toEqual(['+store', '+bus', '+door', '-door', '-bus', '-store'])
    expect(world.exits).toEqual([0])
  })

  it('stops what was begun when starting fails half-way, the failed part included', async () => {
    const world = setUp()
    const bus = world.part('bus', { start: () => Promise.reject(new Error('no bus')) })
    await world.run([world.part('store'), bus, world.part('door')])
    expect(world.happened).toEqual(['+store', '+bus', '-bus', '-store'])
    expect(world.exits).toEqual([1])
  })

  it('stops also while a part is still waiting to start', async () => {
    const world = setUp()
    const life = world.run([
      world.part('bus', { start: () => new Promise<void>(() => {}) }),
      world.part('door'),
    ])
    await world.asked('SIGINT')
    await life
    expect(world.happened).toEqual(['+bus', '-bus'])
    expect(world.exits).toEqual([0])
  })

  it('stops the others when one does not stop well', async () => {
    const world = setUp()
    const bus = world.part('bus', { stop: () => Promise.reject(new Error('stuck')) })
    const life = world.run([world.part('store'), bus])
    await world.asked('SIGTERM')
    await life
    expect(world.happened).toEqual(['+store', '+bus', '-bus', '-store'])
  })

  it('leaves with a code that is not 0 when stopping takes too long', async () => {
    const world = setUp()
    const life = world.run([world.part('bus', { stop: () => new Promise<void>(() => {}) })], 5)
    await world.asked('SIGTERM')
    await life
    expect(world.exits).toEqual([1])
  })

  it('leaves at once on a second signal', async () => {
    const world = setUp()
    void world.run([world.part('bus', { stop: () => new Promise<void>(() => {}) })])
    await world.asked('SIGTERM')
    await world.asked('SIGINT')
    expect(world.exits).toEqual([130])
  })

  it.each(['uncaughtException', 'unhandledRejection'])(
    'stops in order after an %s, and not as if all were well',
    async (event) => {
      const world = setUp()
      const life = world.run([world.part('store'), world.part('door')])
      await turn()
      world.host.emit(event, new Error('nobody caught this'))
      await life
      expect(world.happened).toEqual(['+store', '+door', '-door', '-store'])
      expect(world.exits).toEqual([1])
      expect(world.logged).toContain('a fault nobody caught')
    },
  )

  it.each([
    new OperatorError('the NATS server is too old'),
    new ConfigError(['NATS_URL is missing', 'HTTP_PORT must be a whole number']),
  ])('tells the operator in exactly one line, without a stack: $name', async (fault) => {
    const world = setUp()
    await world.run([world.part('bus', { start: () => Promise.reject(fault) })])
    expect(world.stderr).toBe(`${fault.message}\n`)
    expect(world.logged).not.toContain('could not start')
    expect(world.exits).toEqual([1])
  })

  it('logs any other fault of starting', async () => {
    const world = setUp()
    await world.run([world.part('bus', { start: () => Promise.reject(new RangeError('odd')) })])
    expect(world.stderr).toBe('')
    expect(world.logged).toContain('could not start')
  })

  it('leaves no listener behind', async () => {
    const world = setUp()
    const life = world.run([])
    await world.asked('SIGTERM')
    await life
    expect(world.host.eventNames()).toEqual([])
  })
})

describe('a program', () => {
  it('that is wrongly configured ends with one line and a code', async () => {
    const world = setUp()
    await program(async () => {
      throw new ConfigError(['NATS_URL is missing'])
    }, world.host)
    expect(world.stderr).toBe('configuration: NATS_URL is missing\n')
    expect(world.exits).toEqual([1])
  })

  it('that fails otherwise says class, code and place, and quotes nothing', async () => {
    const world = setUp()
    await program(async () => {
      throw Object.assign(new Error('duplicate key: ada@example.test'), { code: 11000 })
    }, world.host)
    expect(world.stderr).toMatch(/^Error 11000\n {4}at .*lifecycle\.test\.ts/)
    expect(world.stderr).not.toContain('ada')
  })

  it('that does its work just ends', async () => {
    const world = setUp()
    await program(async () => {}, world.host)
    expect(world.exits).toEqual([])
  })
})

function setUp() {
  const happened: string[] = []
  const exits: number[] = []
  const logged: string[] = []
  const world = { happened, exits, logged, stderr: '' }
  const host = Object.assign(new EventEmitter(), {
    exit: (code: number) => void exits.push(code),
    stderr: { write: (text: string) => (world.stderr += text) },
  }) satisfies Host
  const note = (_: unknown, message: string) => void logged.push(message)
  const log: Log = { debug: note, info: note, warn: note, error: note }

  return Object.assign(world, {
    host,
    part: (name: string, { start, stop }: Partial<Component> = {}): Component => ({
      name,
      async start() {
        happened.push(`+${name}`)
        await start?.()
      },
      async stop() {
        happened.push(`-${name}`)
        await stop?.()
      },
    }),
    run: (parts: Component[], stopWithinMs = 1_000) => runUntilStopped(parts, { log, host, stopWithinMs }),
    async asked(signal: string) {
      await turn()
      host.emit(signal, signal)
      await turn()
    },
  })
}
