import { setTimeout as sleep } from 'node:timers/promises'
import { startMongo, testServers } from '@rounds/local-servers'
import { describe, expect, it } from 'vitest'
import { mongoStore } from './mongo-store.ts'

describe('the MongoDB store', () => {
  it('acknowledges a write once a majority has it on disk', async () => {
    await using store = opened(testServers().freshDatabase())
    await store.start()
    const { writeConcern, readConcern } = store.collection('anything')
    expect(writeConcern).toMatchObject({ w: 'majority', journal: true })
    expect(readConcern?.level).toBe('majority')
  })

  it('refuses a wrong password in one sentence that does not repeat it', async () => {
    const mongo = await startMongo({ auth: true })
    const url = new URL(mongo.url)
    url.password = 'wrong-password'
    await using store = opened(url.href)
    await expect(store.start()).rejects.toThrow(
      expect.objectContaining({
        name: 'OperatorError',
        message: expect.stringMatching(/^MongoDB at 127\.0\.0\.1:\d+ refuses the user admin: .*\.$/),
      }),
    )
    await mongo.stop()
  })

  it('rejects a ping within seconds while no server answers, and answers again afterwards', async () => {
    const mongo = await startMongo()
    await using store = opened(mongo.url)
    await store.start()
    await mongo.kill()
    const began = performance.now()
    await expect(store.ping()).rejects.toThrow()
    expect(performance.now() - began).toBeLessThan(8_000)
    await mongo.restart()
    await store.ping()
    await mongo.stop()
  })

  it('waits at its start for a database that comes later', async () => {
    const mongo = await startMongo()
    await mongo.kill()
    await using store = opened(mongo.url)
    const starting = store.start()
    starting.catch(() => {})
    // Longer than the first attempt to find a primary takes.
    await sleep(4_000)
    await mongo.restart()
    await starting
    await mongo.stop()
  })
})

function opened(url: string) {
  const store = mongoStore(url, { appName: 'store-test' })
  return { ...store, [Symbol.asyncDispose]: () => store.stop() }
}
