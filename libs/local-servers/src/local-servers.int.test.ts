import { MongoClient } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { startMongo } from './mongo.ts'
import { startNats } from './nats.ts'
import { testServers } from './test-servers.ts'

describe('local servers', () => {
  it('shares one MongoDB, with a database for everyone who asks', async () => {
    const { freshDatabase } = testServers()
    const [one, other] = [freshDatabase(), freshDatabase()]
    expect(one).not.toBe(other)

    await using client = new MongoClient(one)
    await client
      .db()
      .collection('notes')
      .insertOne({ text: 'here' }, { writeConcern: { w: 'majority', j: true } })
    expect(await client.db().collection('notes').countDocuments()).toBe(1)
  })

  it('brings a killed NATS back on the same port', async () => {
    const nats = await startNats()
    const before = nats.pid
    await nats.kill()
    await expect(fetch(`${nats.monitorUrl}/healthz`)).rejects.toThrow()

    await nats.restart()

    expect(nats.pid).not.toBe(before)
    expect((await fetch(`${nats.monitorUrl}/healthz`)).status).toBe(200)
    await nats.stop()
  })

  it('lets only the administrator into a MongoDB with users, and keeps its data through a kill', async () => {
    const mongo = await startMongo({ auth: true })
    await using client = new MongoClient(mongo.url)
    await client.db().collection('notes').insertOne({ text: 'kept' })
    await mongo.kill()
    await mongo.restart()
    expect(await client.db().collection('notes').findOne()).toMatchObject({ text: 'kept' })

    const { port } = new URL(mongo.url)
    await using stranger = new MongoClient(`mongodb://127.0.0.1:${port}/rounds?replicaSet=rs0`)
    await expect(stranger.db().collection('notes').findOne()).rejects.toThrow(/authentication/i)
    await mongo.stop()
  })
})
