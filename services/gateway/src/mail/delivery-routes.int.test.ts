import { deliverySearchIndexes } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDelivery, createTestServer } from '../../test/open-door.ts'

describe('deliveries', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
    const bina = { kind: 'person', id: 'bina', name: 'Bina', number: 'P-bina' } as const
    for (const delivery of [
      aDelivery({ _id: 'adas' }),
      aDelivery({
        _id: 'binas',
        input: { recipient: bina, batchId: 'other' },
        outcome: { to: 'bina@example.test' },
      }),
      aDelivery({ _id: 'failed', state: 'failed', outcome: { kind: 'failed', code: 'BAD_ADDRESS' } }),
      aDelivery({ _id: 'waiting', state: 'waiting', acceptedAt: new Date('2026-02-01T18:29:59Z') }),
    ])
      await door.withDelivery(delivery)
  })
  afterAll(() => door.close())

  const idsOf = (items: readonly { deliveryId: string }[]) => items.map(({ deliveryId }) => deliveryId)
  const found = async (query: string, ask = asha) =>
    idsOf((await ask('GET', `/v1/deliveries${query}`)).body.items)

  it.each([
    ['', ['failed', 'binas', 'adas', 'waiting']],
    ['?state=failed', ['failed']],
    ['?state=sent', ['binas', 'adas']],
    ['?batchId=other', ['binas']],
    ['?recipientId=ada&state=sent', ['adas']],
    ['?template=visit-reminder', []],
    ['?to=2026-02-01', ['waiting']],
  ])('are found by %s, newest first', async (query, ids) => {
    expect(await found(query)).toEqual(ids)
  })

  describe('looked for by what a person knows of them', () => {
    const search = async (body: object, ask = asha) => ask('POST', '/v1/deliveries/search', body)
    const foundBy = async (body: object) => idsOf((await search(body)).body.items)

    it.each([
      [{ address: 'ADA@example' }, ['failed', 'adas', 'waiting']],
      [{ address: 'ada@example.test', match: 'exact', state: 'sent' }, ['adas']],
      [{ address: 'ada@example', match: 'exact' }, []],
      [{ name: 'bín' }, ['binas']],
      [{ name: 'Bina', match: 'exact' }, ['binas']],
      [{ name: 'ina' }, []],
      [{ subject: 'opening', name: 'Bina' }, ['binas']],
      [{ name: 'B.*' }, []],
      [{ state: 'failed', name: 'ada' }, ['failed']],
      [{ bounce: 'other address' }, []],
    ])('are found by %j', async (body, ids) => {
      expect(await foundBy(body)).toEqual(ids)
    })

    it('are paged through once each', async () => {
      const { body } = await search({ address: 'ada@', limit: '2' })
      expect(idsOf(body.items)).toEqual(['failed', 'adas'])
      expect(await foundBy({ address: 'ada@', limit: '2', cursor: body.next })).toEqual(['waiting'])
    })

    it('is for admins, and audited without its words', async () => {
      await search({ name: 'Bina' })
      expect(await door.audited()).toContain('asha deliveries.searched name')
      expect((await search({ name: 'Bina' }, await door.as('om'))).status).toBe(403)
      expect((await search({ name: 'B' })).status).toBe(400)
    })

    it.each([
      // What has not left is looked for by those who have the address.
      [{ address: 'ada' }, 'outcome.to', 2],
      [{ address: 'ada@example.test', match: 'exact' }, 'outcome.to', 2],
      [{ name: 'bina' }, 'input.recipient.name', 1],
      [{ name: 'bina', match: 'exact' }, 'input.recipient.name', 1],
      [{ subject: 'opening' }, 'outcome.subject', 1],
      [{ subject: 'Opening hours', match: 'exact' }, 'outcome.subject', 1],
      [{ address: 'ada', name: 'ada' }, undefined, 2],
      [{ address: 'ada', subject: 'opening' }, undefined, 1],
      [{ name: 'ada', subject: 'opening', state: 'sent' }, undefined, 1],
    ])('goes along an index: %j', async (body, field, queries) => {
      const deliveries = door.store.collection('deliveries')
      const byRecipient = { key: { 'input.recipient.id': 1, acceptedAt: -1 } } as const
      await deliveries.createIndexes([...deliverySearchIndexes, byRecipient])
      const uses = async () => {
        const stats = await deliveries
          .aggregate<{ key: object; accesses: { ops: unknown } }>([{ $indexStats: {} }])
          .toArray()
        return new Map(stats.map(({ key, accesses }) => [Object.keys(key)[0] ?? '', Number(accesses.ops)]))
      }
      const before = await uses()
      await search(body)
      const used = [...(await uses())].map(([one, ops]) => [one, ops - (before.get(one) ?? 0)] as const)
      expect(used.reduce((sum, [, ops]) => sum + ops, 0)).toBe(queries)
      if (field) expect(new Map(used).get(field)).toBeGreaterThan(0)
    })
  })

  it('are paged through once each', async () => {
    const first = await asha('GET', '/v1/deliveries?limit=3')
    expect(await found(`?limit=3&cursor=${first.body.next}`)).toEqual(['waiting'])
    const nonsense = Buffer.from('["no instant","x"]').toString('base64url')
    expect(await found(`?cursor=${nonsense}`)).toEqual([])
  })

  it('are shown to a patient if they are theirs, without an address', async () => {
    const ada = await door.as('ada')
    expect(await found('', ada)).toEqual(['failed', 'adas', 'waiting'])
    expect(await found('?recipientId=bina', ada)).toEqual([])
    const { body } = await ada('GET', '/v1/deliveries/adas')
    expect(body).toMatchObject({ recipient: { id: 'ada' }, state: 'sent' })
    expect(JSON.stringify(body)).not.toContain('@')
  })

  it('are shown to ops without names, addresses and subjects', async () => {
    const om = await door.as('om')
    const { body } = await om('GET', '/v1/deliveries')
    expect(body.items).toHaveLength(4)
    expect(JSON.stringify(body)).not.toMatch(/@|Rao|Bina|Opening/)
  })

  it('say to an admin where they went and why they did not', async () => {
    expect((await asha('GET', '/v1/deliveries/adas')).body.to).toBe('ada@example.test')
    expect((await asha('GET', '/v1/deliveries/failed')).body).toMatchObject({
      code: 'BAD_ADDRESS',
      reason: 'The address is none that mail can be sent to',
    })
  })

  it.each([
    ['its quiet hours', [{ reason: 'QUIET_HOURS' }], 'It is night where the recipient lives; it waits'],
    ['its relay, also in hand again', [{ reason: 'relay away' }, {}], 'The mail server cannot be reached'],
    ['an answer that says later', [{ reason: 'refused for now' }], 'The server of this address said: later'],
    ['a fault of ours', [{ reason: 'MongoServerError 50' }], 'Something failed in the mailer'],
    ['nothing yet', [{}], undefined],
  ])('say why they wait: %s', async (_, history, reason) => {
    const id = await door.withDelivery(
      aDelivery({ state: 'waiting', history: [{ reason: 'paused' }, {}, ...history] }),
    )
    expect((await asha('GET', `/v1/deliveries/${id}`)).body.reason).toBe(reason)
    const { items } = (await asha('GET', '/v1/deliveries?state=waiting')).body
    const listed = items.find(({ deliveryId }: { deliveryId: string }) => deliveryId === id)
    expect(listed.reason).toBe(reason)
  })

  it('of a paused campaign say that it is paused', async () => {
    const id = await door.withDelivery(aDelivery({ state: 'waiting', lane: 'held', history: [{}] }))
    expect((await asha('GET', `/v1/deliveries/${id}`)).body.reason).toBe('Its campaign is paused')
  })

  it('say of a mail above the daily limit which digest tells of it, and find from the digest what it told of', async () => {
    const digestId = await door.withDelivery(
      aDelivery({ outcome: { kind: 'sent', listed: ['one', 'another'] } }),
    )
    const merged = await door.withDelivery(aDelivery({ outcome: { kind: 'merged', digestId } }))
    const waits = await door.withDelivery(
      aDelivery({ state: 'waiting', outcome: { kind: 'merged', digestId }, history: [{ reason: 'DIGEST' }] }),
    )
    const opened = async (id: string) => (await asha('GET', `/v1/deliveries/${id}`)).body
    expect(await opened(digestId)).toMatchObject({ state: 'sent', listed: 2 })
    expect(await opened(merged)).toMatchObject({ state: 'merged', digestId })
    expect(await opened(waits)).toMatchObject({
      state: 'waiting',
      digestId,
      reason: 'Daily limit of this recipient; it goes out with others in a digest',
    })
    expect((await found(`?digestId=${digestId}`)).toSorted()).toEqual([merged, waits].toSorted())
    expect(await found(`?digestId=${digestId}&state=merged`)).toEqual([merged])
  })

  describe('in doubt', () => {
    const resolve = (id: string, as: string) => asha('POST', `/v1/deliveries/${id}/resolve`, { as })
    const resolutions = () => door.store.collection<{ _id: string; outbox: unknown[] }>('resolutions')

    it.each(['sent', 'resend', 'abandon'])('are settled as %s, once per doubt', async (as) => {
      const id = await door.withDelivery(
        aDelivery({ state: 'in doubt', fence: 4, outcome: { kind: 'in doubt' } }),
      )
      const answers = await Promise.all([resolve(id, as), resolve(id, as)])
      expect(answers.map(({ status }) => status)).toEqual([202, 202])
      expect(await resolutions().findOne({ _id: `${id}-4` })).toMatchObject({
        as,
        by: 'asha',
        outbox: [{ event: { type: 'delivery.resolved', data: { deliveryId: id, as, resolvedBy: 'asha' } } }],
      })
      expect(await door.audited()).toContain(`asha delivery.resolved-as-${as} ${id}`)
    })

    it('are not settled in two ways', async () => {
      const id = await door.withDelivery(aDelivery({ state: 'in doubt', outcome: { kind: 'in doubt' } }))
      await resolve(id, 'sent')
      const { status, body } = await resolve(id, 'resend')
      expect([status, body.code, body.detail]).toEqual([
        409,
        'RESOLVED_OTHERWISE',
        'They settled it as: sent.',
      ])
    })

    it('are not sent again once they were called off', async () => {
      const id = await door.withDelivery(
        aDelivery({ state: 'in doubt', cancelAsked: true, outcome: { kind: 'in doubt' } }),
      )
      const { status, body } = await resolve(id, 'resend')
      expect([status, body.code]).toEqual([409, 'CALLED_OFF'])
      expect((await resolve(id, 'abandon')).status).toBe(202)
    })

    it('are the only ones that can be settled', async () => {
      expect((await resolve('adas', 'resend')).body.code).toBe('NOT_IN_DOUBT')
      expect((await resolve('none', 'resend')).status).toBe(404)
    })
  })
})
