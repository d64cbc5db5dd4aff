import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aPost, createTestServer } from '../../test/open-door.ts'

describe('posts', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
    // Removed again: what it was told stays told.
    const webhook = 'https://chat.googleapis.com/v1/spaces/AAAA/messages?key=a&token=b'
    const { body } = await asha('POST', '/v1/chat/spaces', { webhook, name: 'Heart', rules: [] })
    await asha('DELETE', `/v1/chat/spaces/${body.spaceId}`)
    await door.withAppointment({ _id: 'raos' })
    await door.withAppointment({ _id: 'khans', doctor: { id: 'khan', name: 'Dr. Khan', number: 'D-khan' } })
    for (const post of [
      aPost({ _id: 'p1', input: { appointmentId: 'raos' } }),
      aPost({ _id: 'p2', input: { appointmentId: 'khans', spaceId: 'eyes' } }),
      aPost({ _id: 'p3', state: 'waiting', input: { appointmentId: 'raos', spaceId: 'eyes' } }),
      aPost({ _id: 'p4', outcome: { kind: 'stale', code: 'STALE' } }),
      aPost({ _id: 'p5', state: 'failed', outcome: { kind: 'failed', code: 'NO_SUCH_APPOINTMENT' } }),
    ])
      await door.withPost(post)
  })
  afterAll(() => door.close())

  const found = async (query: string, ask = asha) =>
    (await ask('GET', `/v1/chat/posts${query}`)).body.items.map(({ postId }: { postId: string }) => postId)

  it.each([
    ['', ['p5', 'p4', 'p3', 'p2', 'p1']],
    ['?state=posted', ['p2', 'p1']],
    ['?state=waiting', ['p3']],
    ['?state=stale', ['p4']],
    ['?state=failed', ['p5']],
    ['?spaceId=eyes', ['p3', 'p2']],
    ['?appointmentId=raos', ['p3', 'p1']],
    ['?appointmentId=raos&state=posted', ['p1']],
  ])('are found by %j, newest first', async (query, ids) => {
    expect(await found(query)).toEqual(ids)
  })

  it('are paged through once each', async () => {
    const first = await asha('GET', '/v1/chat/posts?limit=3')
    expect(await found(`?limit=3&cursor=${first.body.next}`)).toEqual(['p2', 'p1'])
    const nonsense = Buffer.from('["no instant","x"]').toString('base64url')
    expect(await found(`?cursor=${nonsense}`)).toEqual([])
  })

  it('say when they were taken, or why not, and nothing of what they said', async () => {
    const { body } = await asha('GET', '/v1/chat/posts/p1')
    expect(body).toMatchObject({ state: 'posted', spaceName: '', postedAt: expect.any(String), attempts: 1 })
    expect((await asha('GET', '/v1/chat/posts/p5')).body).toMatchObject({ code: 'NO_SUCH_APPOINTMENT' })
    expect(JSON.stringify(body)).not.toMatch(/spaces\/|requestId/)
  })

  it('of an appointment are its doctor’s and the admin’s to see', async () => {
    const ids = async (who: string, id: string) => {
      const { status, body } = await (await door.as(who))('GET', `/v1/appointments/${id}/posts`)
      return status === 200 ? body.items.map(({ postId }: { postId: string }) => postId) : status
    }
    expect(await ids('asha', 'raos')).toEqual(['p3', 'p1'])
    expect(await ids('rao', 'raos')).toEqual(['p3', 'p1'])
    expect(await ids('khan', 'raos')).toBe(404)
    expect(await ids('ada', 'raos')).toBe(403)
    expect(await ids('om', 'raos')).toBe(403)
  })

  it('are told with the appointment in one word, to its doctor and not to its patient', async () => {
    const chatOf = async (who: string, path: string) => {
      const { body } = await (await door.as(who))('GET', path)
      return 'items' in body
        ? body.items.find((one: { appointmentId: string }) => one.appointmentId === 'raos').chat
        : body.chat
    }
    const sent = { word: 'sent', at: expect.any(String), news: 'appointment.checked' }
    expect(await chatOf('rao', '/v1/appointments/raos')).toEqual(sent)
    expect(await chatOf('asha', '/v1/appointments')).toEqual(sent)
    expect(await chatOf('ada', '/v1/appointments/raos')).toBeUndefined()
    expect(await chatOf('ada', '/v1/appointments')).toBeUndefined()
  })

  describe('in doubt', () => {
    const resolve = (id: string, as: string) => asha('POST', `/v1/chat/posts/${id}/resolve`, { as })

    it.each(['posted', 'again', 'abandon'])('are settled as %s, once per doubt', async (as) => {
      const id = await door.withPost(aPost({ state: 'in doubt', fence: 4, outcome: { kind: 'in doubt' } }))
      const answers = await Promise.all([resolve(id, as), resolve(id, as)])
      expect(answers.map(({ status }) => status)).toEqual([202, 202])
      const resolutions = door.store.collection<{ _id: string }>('postResolutions')
      expect(await resolutions.findOne({ _id: `${id}-4` })).toMatchObject({
        as,
        by: 'asha',
        outbox: [{ event: { type: 'post.resolved', data: { postId: id, as, resolvedBy: 'asha' } } }],
      })
      expect(await door.audited()).toContain(`asha post.resolved-as-${as} ${id}`)
    })

    it('are not settled in two ways', async () => {
      const id = await door.withPost(aPost({ state: 'in doubt', outcome: { kind: 'in doubt' } }))
      await resolve(id, 'posted')
      const { status, body } = await resolve(id, 'again')
      expect([status, body.code, body.detail]).toEqual([
        409,
        'RESOLVED_OTHERWISE',
        'They settled it as: posted.',
      ])
    })

    it('are the only ones that can be settled', async () => {
      expect((await resolve('p1', 'again')).body.code).toBe('NOT_IN_DOUBT')
      expect((await resolve('none', 'again')).status).toBe(404)
    })
  })
})
