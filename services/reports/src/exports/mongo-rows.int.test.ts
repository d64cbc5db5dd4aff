import { type LocalMongo, startMongo } from '@rounds/local-servers'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mongoRows } from './mongo-rows.ts'
import { DatabaseAwayError } from './read-rows.ts'

let mongo: LocalMongo
beforeEach(async () => {
  mongo = await startMongo()
  await using client = new MongoClient(mongo.url)
  await client.db().createCollection('appointments', { writeConcern: { w: 'majority', j: true } })
})
afterEach(() => mongo.stop())

describe('the reader of rows', () => {
  it('reads when MongoDB is back, also if it was away the first time anybody read', async () => {
    const reader = mongoRows(mongo.url, { appName: 'rows-test' })
    const query = {
      collection: 'appointments',
      filter: { status: 'missed' },
      projection: { _id: 1 },
      sort: { _id: 1 },
    }
    const { signal } = new AbortController()
    await mongo.kill()
    await expect(reader.read(query as never, signal)).rejects.toThrow(DatabaseAwayError)
    const relation = { doctorId: 'rao', patientId: 'ada' }
    await expect(reader.access(relation, new Date(), signal)).rejects.toThrow(DatabaseAwayError)
    await mongo.restart()

    await using rows = await reader.read(query as never, signal)

    expect(rows.total).toBe(0)
    expect(await reader.access(relation, new Date(), signal)).toBe('none')
    await reader.stop()
  })
})
