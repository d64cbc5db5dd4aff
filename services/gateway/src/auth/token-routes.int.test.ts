import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

describe('a token', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
  })
  afterAll(() => door.close())

  async function issued(personId: string, scopes = ['appointments:read']) {
    const person = await door.as(personId)
    const { body } = await person('POST', '/v1/tokens', { name: 'nightly', scopes, expiresInDays: 30 })
    return {
      person,
      ...(body as { tokenId: string; secret: string }),
      authorization: { authorization: `Bearer ${body.secret}` },
    }
  }

  it('shows its secret once, and is kept without it', async () => {
    const { person, secret, tokenId } = await issued('asha')
    expect(secret).toMatch(/^rounds_[\w-]{43}$/)
    expect(JSON.stringify((await person('GET', '/v1/tokens')).body)).not.toContain(secret)
    expect(JSON.stringify(await door.store.collection('tokens').find().toArray())).not.toContain(secret)
    expect(await door.audited()).toContain(`asha token.made ${tokenId}`)
  })

  it('may do what its scopes say and nothing else', async () => {
    const { authorization } = await issued('asha')
    expect((await door.anyone('GET', '/v1/appointments', undefined, authorization)).status).toBe(200)
    expect((await door.anyone('GET', '/v1/patients', undefined, authorization)).status).toBe(403)
    expect((await door.anyone('GET', '/v1/tokens', undefined, authorization)).status).toBe(403)
  })

  it('may do no more than the person who made it', async () => {
    const { authorization } = await issued('ada', ['people:write', 'audit:read'])
    expect((await door.anyone('GET', '/v1/audit', undefined, authorization)).status).toBe(403)
  })

  it('tells when it was last used, to the minute', async () => {
    const { person, authorization } = await issued('khan')
    await door.anyone('GET', '/v1/appointments', undefined, authorization)
    const { body } = await person('GET', '/v1/tokens')
    expect(body.items[0].lastUsedAt).toMatch(/:00\.000Z$/)
  })

  it('is nobody else’s to see or to end', async () => {
    const { tokenId } = await issued('asha')
    const rao = await door.as('rao')
    expect((await rao('GET', '/v1/tokens')).body.items).toEqual([])
    expect((await rao('DELETE', `/v1/tokens/${tokenId}`)).status).toBe(404)
  })

  it('is over when it is revoked, and when its time is', async () => {
    const { person, tokenId, authorization } = await issued('asha')
    expect((await door.anyone('GET', '/v1/appointments', undefined, authorization)).status).toBe(200)
    expect((await person('DELETE', `/v1/tokens/${tokenId}`)).status).toBe(204)
    expect((await door.anyone('GET', '/v1/appointments', undefined, authorization)).status).toBe(401)

    const old = await issued('asha')
    door.wait(30 * 24 * 3_600_000 + 1)
    expect((await door.anyone('GET', '/v1/appointments', undefined, old.authorization)).status).toBe(401)
  })

  it.each([
    ['an unknown scope', { name: 'x', scopes: ['everything'], expiresInDays: 1 }, '/scopes/0'],
    ['no scope', { name: 'x', scopes: [], expiresInDays: 1 }, '/scopes'],
    ['no end', { name: 'x', scopes: ['audit:read'] }, '/expiresInDays'],
    ['an end too far away', { name: 'x', scopes: ['audit:read'], expiresInDays: 4_000 }, '/expiresInDays'],
  ])('is not made with %s', async (_, body, pointer) => {
    const asha = await door.as('asha')
    const answer = await asha('POST', '/v1/tokens', body)
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer])
  })
})
