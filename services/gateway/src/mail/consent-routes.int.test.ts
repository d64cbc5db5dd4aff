import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

describe('consent', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
  })
  afterAll(() => door.close())

  const kept = (_id: string) => door.store.collection<{ _id: string }>('consents').findOne({ _id })

  it('is for care and administration until somebody says otherwise', async () => {
    const ada = await door.as('ada')
    expect((await ada('GET', '/v1/consents/ada')).body).toEqual({
      personId: 'ada',
      care: true,
      administrative: true,
      marketing: false,
    })
    const said = await ada('PUT', '/v1/consents/ada', { marketing: true })
    expect(said.body).toMatchObject({ care: true, administrative: true, marketing: true })
    await ada('PUT', '/v1/consents/ada', { care: false })
    expect(await kept('ada')).toMatchObject({ care: false, marketing: true, via: 'person' })
    expect(await door.audited()).toContain('ada consent.changed ada')
  })

  it('said of several purposes at once stands for all of them', async () => {
    const bina = await door.as('bina')
    await Promise.all(
      [{ care: false }, { administrative: false }, { marketing: true }].map((change) =>
        bina('PUT', '/v1/consents/bina', change),
      ),
    )
    expect(await kept('bina')).toMatchObject({ care: false, administrative: false, marketing: true })
  })

  it('may be written down by an admin, and by nobody else for another', async () => {
    const asha = await door.as('asha')
    await asha('PUT', '/v1/consents/rao', { marketing: true })
    expect(await kept('rao')).toMatchObject({ via: 'admin' })
    for (const who of ['bina', 'khan']) {
      const ask = await door.as(who)
      for (const id of ['ada', 'nobody']) {
        expect((await ask('GET', `/v1/consents/${id}`)).status).toBe(404)
        expect((await ask('PUT', `/v1/consents/${id}`, { care: false })).status).toBe(404)
      }
    }
    expect((await asha('PUT', '/v1/consents/nobody', { care: false })).status).toBe(404)
    expect(await kept('nobody')).toBeNull()
  })
})
