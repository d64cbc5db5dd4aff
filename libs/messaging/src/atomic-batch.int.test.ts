import { jetstream } from '@nats-io/jetstream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { requested } from '../test/bus-contract.ts'
import { type TestBroker, testBroker } from '../test/test-broker.ts'
import { storedAtOnce } from './atomic-batch.ts'
import { packedToKeep } from './parcel.ts'
import { provision } from './provision.ts'

let broker: TestBroker
beforeAll(async () => {
  broker = await testBroker()
  await provision(await broker.as('provisioner'))
})
afterAll(() => broker.stop())

const letters = (...ids: string[]) => ids.map((id) => ({ id, parcel: packedToKeep(requested({ id })) }))
const kept = async () => (await broker.keptIn('EVENTS')).map(({ headers }) => headers['ce-id'])

it('stores a batch with the rights of a service, all of it or nothing', async () => {
  const js = jetstream(await broker.as('gateway'))
  expect(await storedAtOnce(js, letters('a', 'b', 'c'))).toBe(3)
  expect(await storedAtOnce(js, letters('d', 'b', 'e'))).toBeUndefined()
  expect(await storedAtOnce(js, letters('f', 'g'))).toBe(5)
  expect(await kept()).toEqual(['a', 'b', 'c', 'f', 'g'])
})
