import { reportStarted } from '@rounds/contracts'
import { type LocalNats, startNats } from '@rounds/local-servers'
import { type Connection, connectTo, eventMaker, jetstreamBus, provision } from '@rounds/messaging'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { heardInStreams } from './nats-streams-witness.ts'
import { withWitness } from './with-witness.ts'

const silent = { info() {}, warn() {}, error() {}, debug() {} }

describe('the witness of the streams', () => {
  let nats: LocalNats
  let provisioner: Connection
  const as = (user: 'provisioner' | 'reports') =>
    connectTo({ url: nats.url, user, password: nats.passwordOf(user), log: silent })
  beforeAll(async () => {
    nats = await withWitness(startNats)()
    provisioner = await as('provisioner')
    await provision(provisioner)
  })
  afterAll(async () => {
    await provisioner?.close()
    await nats?.stop()
  })

  it('sees every event that is kept, and none after the broker lost its memory', async () => {
    const bus = jetstreamBus(await as('reports'), { log: silent })
    try {
      expect(await heardInStreams(nats)).toEqual(new Set())

      const make = eventMaker('reports')
      const events = Array.from({ length: 300 }, (_, n) =>
        make(reportStarted, { reportId: `r-${n}`, attempt: 1 }),
      )
      await bus.publishAll(events)
      expect(await heardInStreams(nats)).toEqual(new Set(events.map(({ id }) => id)))

      await nats.wipe()
      await vi.waitFor(() => provision(provisioner), { timeout: 20_000, interval: 200 })
      expect(await heardInStreams(nats)).toEqual(new Set())
    } finally {
      await bus.close()
    }
  })
})
