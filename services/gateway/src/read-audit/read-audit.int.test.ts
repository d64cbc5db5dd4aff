import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDoor } from '../../test/open-door.ts'

describe('the audit trail', () => {
  let door: Awaited<ReturnType<typeof openDoor>>
  beforeAll(async () => {
    door = await openDoor(testServers().freshDatabase())
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
})
