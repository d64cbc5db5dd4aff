import { gatherers, streams } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { afterAll, beforeAll } from 'vitest'
import { busContract } from '../test/bus-contract.ts'
import { type TestBroker, testBroker } from '../test/test-broker.ts'
import type { Bus } from './bus.ts'
import { jetstreamBus } from './jetstream-bus.ts'
import { provision } from './provision.ts'

let broker: TestBroker
beforeAll(async () => {
  broker = await testBroker()
})
afterAll(() => broker.stop())

busContract('the JetStream bus', 300, async (consumer) => {
  await broker.empty()
  const provisioner = await broker.as('provisioner')
  await provision(provisioner, { streams, consumers: [consumer], gatherers })
  const buses: Bus[] = []
  return {
    async bus(service) {
      const bus = jetstreamBus(await broker.as(service), { log: silent })
      buses.push(bus)
      return bus
    },
    put: broker.put,
    kept: async () => [...(await broker.keptIn('EVENTS')), ...(await broker.keptIn('DEAD_LETTERS'))],
    async close() {
      await Promise.all([...buses.map((bus) => bus.close()), provisioner.close()])
    },
  }
})
