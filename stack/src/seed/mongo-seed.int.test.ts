import { webhookKeyring } from '@rounds/chat'
import type { SpaceDocument } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seedSpaces } from './mongo-seed.ts'
import { seededSpaces } from './spaces.ts'

let client: MongoClient
let url: string
beforeEach(() => {
  url = testServers().freshDatabase()
  client = new MongoClient(url)
})
afterEach(async () => {
  await client.db().dropDatabase()
  await client.close()
})

describe('the demo’s chat spaces at the next start', () => {
  it('lead to the sink where it stands now; one that was removed leads nowhere', async () => {
    await seedSpaces(url, spacesOf(8090))
    const spaces = client.db().collection<SpaceDocument>('spaces')
    await spaces.updateOne(
      { _id: 'demo-medicine' },
      { $set: { removedAt: new Date() }, $unset: { webhook: '' } },
    )

    await seedSpaces(url, spacesOf(8091))

    const found = await spaces.find({}, { sort: { _id: 1 } }).toArray()
    expect(found.map(({ _id, webhook }) => webhook && keyring.open(_id, webhook))).toEqual([
      expect.stringContaining('127.0.0.1:8091/v1/spaces/demo-doctor/'),
      undefined,
    ])
  })
})

const keyring = webhookKeyring(`k1:${Buffer.alloc(32, 1).toString('base64')}`)

const spacesOf = (port: number) => {
  const sink = {
    url: `http://127.0.0.1:${port}`,
    webhook: (id: string) => `http://127.0.0.1:${port}/v1/spaces/${id}/messages?key=k&token=t`,
  }
  return seededSpaces(sink, keyring, new Date())
}
