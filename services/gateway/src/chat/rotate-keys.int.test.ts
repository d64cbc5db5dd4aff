import { webhookKeyring } from '@rounds/chat'
import type { SpaceDocument } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatKeys, createTestServer } from '../../test/open-door.ts'
import { mongoSealedWebhooks } from './mongo-webhooks.ts'
import { rotateKeys } from './rotate-keys.ts'

const another = `k9:${Buffer.alloc(32, 9).toString('base64')}`

describe('rotating the keys of webhooks', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
  })
  afterAll(() => door.close())

  const hook = (n: number) => `https://chat.googleapis.com/v1/spaces/S${n}/messages?key=k&token=secret-${n}`
  const added = async (n: number) =>
    (await asha('POST', '/v1/chat/spaces', { webhook: hook(n), name: `Space ${n}`, rules: [] })).body
      .spaceId as string
  const spaces = () => door.store.collection<SpaceDocument>('spaces')
  const webhooks = () => mongoSealedWebhooks(door.store)

  it('seals all that stand under the first key, so that the old one can go', async () => {
    const ids = await Promise.all([1, 2, 3].map(added))
    await asha('DELETE', `/v1/chat/spaces/${ids[2]}`)
    const both = webhookKeyring(`${another},${chatKeys}`)

    expect(await rotateKeys(webhooks(), both)).toEqual({ resealed: 2, changed: 0, unreadable: [] })
    expect(await rotateKeys(webhooks(), both)).toEqual({ resealed: 0, changed: 0, unreadable: [] })

    const alone = webhookKeyring(another)
    for (const [index, id] of ids.slice(0, 2).entries()) {
      const found = await spaces().findOne({ _id: id })
      expect(found?.webhook && alone.open(id, found.webhook)).toBe(hook(index + 1))
    }
    expect(await spaces().findOne({ _id: ids[2] ?? '' })).not.toHaveProperty('webhook')
  })

  it('goes on where it was stopped, and past what it cannot read', async () => {
    await added(4)
    const id = await added(5)
    const lost = webhookKeyring(`lost:${Buffer.alloc(32, 7).toString('base64')}`)
    await spaces().updateOne({ _id: id }, { $set: { webhook: lost.seal(id, hook(5)) } })

    const result = await rotateKeys(webhooks(), webhookKeyring(`${another},${chatKeys}`))

    expect(result).toEqual({
      resealed: 1,
      changed: 0,
      unreadable: [{ spaceId: id, reason: expect.stringContaining('lost') }],
    })
    expect(JSON.stringify(result)).not.toContain('secret')
    await spaces().deleteOne({ _id: id })
  })

  it('does not undo what somebody enters at the same moment', async () => {
    const id = await added(6)
    const keyring = webhookKeyring(`k8:${Buffer.alloc(32, 8).toString('base64')},${another},${chatKeys}`)
    const slow = {
      ...webhooks(),
      async reseal(...parts: Parameters<ReturnType<typeof webhooks>['reseal']>) {
        if (parts[0].spaceId === id) await asha('PATCH', `/v1/chat/spaces/${id}`, { webhook: hook(7) })
        return webhooks().reseal(...parts)
      },
    }

    expect((await rotateKeys(slow, keyring)).changed).toBe(1)

    const found = await spaces().findOne({ _id: id })
    expect(found?.webhook && webhookKeyring(chatKeys).open(id, found.webhook)).toBe(hook(7))
  })

  it('refuses an editor’s change that was made on the ground of the old seal', async () => {
    const id = await added(8)
    const before = await asha('GET', `/v1/chat/spaces/${id}`)
    await rotateKeys(webhooks(), webhookKeyring(`${another},${chatKeys}`))
    const change = await asha(
      'PATCH',
      `/v1/chat/spaces/${id}`,
      { name: 'Late' },
      { 'if-match': `${before.headers.etag}` },
    )
    expect(change.status).toBe(412)
  })
})
