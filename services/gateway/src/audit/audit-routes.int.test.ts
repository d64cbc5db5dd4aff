import type { AuditEntry } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDelivery, createTestServer } from '../../test/open-door.ts'

describe('the audit trail', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
  })
  afterAll(() => door.close())

  it('tells admin and ops who did what, to what, when, from where, page by page', async () => {
    const asha = await door.as('asha')
    for (const number of ['P-1', 'P-2', 'P-3'])
      await asha('POST', '/v1/patients', { name: 'Somebody', number })

    const om = await door.as('om')
    const first = (await om('GET', '/v1/audit?limit=2')).body
    const second = (await om('GET', `/v1/audit?limit=2&cursor=${first.next}`)).body
    expect(first.items[0]).toEqual({
      auditId: expect.any(String),
      at: expect.stringMatching(/Z$/),
      who: 'asha',
      role: 'admin',
      did: 'patient.added',
      to: expect.any(String),
      from: '127.0.0.1',
    })
    expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, undefined])
    expect(JSON.stringify([first, second])).not.toContain('Somebody')
  })

  it('names the token rather than the person where a machine acted', async () => {
    const asha = await door.as('asha')
    const { body } = await asha('POST', '/v1/tokens', {
      name: 'import',
      scopes: ['people:write'],
      expiresInDays: 1,
    })
    await door.anyone(
      'POST',
      '/v1/patients',
      { name: 'A', number: 'P-9' },
      { authorization: `Bearer ${body.secret}` },
    )
    expect((await asha('GET', '/v1/audit?limit=1')).body.items[0]).toMatchObject({
      who: body.tokenId,
      did: 'patient.added',
    })
  })

  it('tells of looking at what shows addresses, once a minute for each list, and of each thing that was opened', async () => {
    const delivery = await door.withDelivery(aDelivery())
    const asha = await door.as('asha')
    for (const path of [
      '/v1/patients',
      '/v1/patients',
      '/v1/patients/ada',
      '/v1/suppressions',
      '/v1/deliveries',
      `/v1/deliveries/${delivery}`,
    ])
      expect((await asha('GET', path)).status).toBe(200)
    await asha('POST', '/v1/patients/search', { q: 'Ad' })

    const entries = (await door.audited()).filter((entry) => /listed|opened/.test(entry))
    expect(entries).toEqual([
      'asha patients.listed patients',
      'asha patient.opened ada',
      'asha suppressions.listed suppressions',
      'asha deliveries.listed deliveries',
      `asha delivery.opened ${delivery}`,
    ])
    door.wait(60_000)
    await asha('GET', '/v1/patients')
    expect((await door.audited()).filter((entry) => entry.includes('patients.listed'))).toHaveLength(2)
  })

  it('says of an action that failed that it did, and nothing of what was not there', async () => {
    const asha = await door.as('asha')
    expect((await asha('DELETE', '/v1/tokens/missing')).status).toBe(404)
    expect((await asha('POST', '/v1/systems/missing/revoke')).status).toBe(404)
    expect((await asha('POST', '/v1/patients', { name: 'Twice', number: 'P-ada' })).status).toBe(409)

    const entries = await door.audited()
    expect(entries.filter((entry) => entry.includes('missing'))).toEqual([])
    const [failed] = entries.filter((entry) => entry.includes('patient.added.failed'))
    expect(entries).toContain(failed?.replace('.failed', ''))
  })

  it('adds up what was refused, by who asked, route and answer, without what stood in the address', async () => {
    const ada = await door.as('ada')
    await door.refusals.flush()
    for (const id of ['1', '2', '3']) await ada('GET', `/v1/patients/secret-${id}`)
    await ada('GET', '/v1/audit')
    await door.anyone('GET', '/nowhere/secret')
    await door.refusals.flush()

    const asha = await door.as('asha')
    const refused = (await asha('GET', '/v1/audit?limit=100')).body.items.filter(
      ({ did, who }: AuditEntry) => did.startsWith('request.refused') && who !== 'asha',
    )
    expect(refused.map(({ who, did, to, count }: AuditEntry) => [who, did, to, count]).toSorted()).toEqual(
      [
        ['ada', 'request.refused-403', 'GET /v1/audit', 1],
        ['ada', 'request.refused-404', 'GET /v1/patients/:patientId', 3],
        ['anonymous', 'request.refused-404', 'GET no route', 1],
      ].toSorted(),
    )
    expect(JSON.stringify(refused)).not.toContain('secret')
  })

  it('shows nothing that it could not write down', async () => {
    const asha = await door.as('asha')
    door.wait(60_000)
    const audit = door.store.collection('audit')
    await audit.createIndex(
      { did: 1 },
      { unique: true, partialFilterExpression: { did: 'suppressions.listed' } },
    )
    expect((await asha('GET', '/v1/suppressions')).status).toBe(500)
    await audit.dropIndex('did_1')
    expect((await asha('GET', '/v1/suppressions')).status).toBe(200)
  })
})
