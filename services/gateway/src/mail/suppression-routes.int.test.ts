import type { SuppressionDocument, SuppressionRequestDocument } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import type { WithOutbox } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

describe('the suppression list', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
  })
  afterAll(() => door.close())

  it('is paged through once, also where many came at one moment, and no address stands in a cursor', async () => {
    const since = new Date('2026-03-01T09:00:00Z')
    const entry = (n: number): SuppressionDocument => ({
      _id: `p${n}@example.test`,
      reason: 'bounced',
      since: n === 9 ? new Date('2026-04-01T00:00:00Z') : since,
      lastSeenAt: since,
      source: 'delivery',
    })
    await door.store
      .collection<SuppressionDocument>('suppressions')
      .insertMany(Array.from({ length: 10 }, (_, n) => entry(n)))
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await asha('GET', `/v1/suppressions?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items.map((one: { mail: string }) => one.mail))
      cursor = body.next ?? ''
      expect(Buffer.from(cursor, 'base64url').toString()).not.toContain('example')
    } while (cursor)
    expect([seen[0], seen.length, new Set(seen).size]).toEqual(['p9@example.test', 10, 10])
  })

  it.each(['add', 'lift'])('is changed by asking for it: %s', async (action) => {
    const { status, body } = await asha('POST', '/v1/suppressions', {
      mail: 'Ada@Example.test',
      action,
      note: 'by phone',
    })
    expect(status).toBe(202)
    const wish = await door.store
      .collection<SuppressionRequestDocument & WithOutbox>('suppressionRequests')
      .findOne({ _id: body.requestId })
    expect(wish).toMatchObject({ mail: 'ada@example.test', action, reason: 'by hand', note: 'by phone' })
    expect(wish?.outbox[0]?.event).toMatchObject({
      type: 'suppression.requested',
      data: { requestId: body.requestId },
    })
    expect(JSON.stringify(wish?.outbox)).not.toContain('example')
  })

  it.each(['two@example.test,other@example.test', 'some where', 'a@b', 'a@example.test\r\nBcc: x'])(
    'takes no %j',
    async (mail) => {
      const { status, body } = await asha('POST', '/v1/suppressions', { mail, action: 'add' })
      expect([status, body.errors[0].pointer]).toEqual([422, '/mail'])
      expect(JSON.stringify(body)).not.toContain(mail)
    },
  )
})
