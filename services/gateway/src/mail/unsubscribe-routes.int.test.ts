import type { SuppressionRequestDocument } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { type Unsubscription, unsubscribeToken } from '@rounds/mail'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, unsubscribeKeys } from '../../test/open-door.ts'

describe('unsubscribing', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    await door.store.collection<{ _id: string }>('campaignRecipients').insertOne({
      _id: 'campaign-2',
      campaignId: 'campaign',
      row: 2,
      mail: 'Row@example.test',
    } as {
      _id: string
    })
  })
  afterAll(() => door.close())

  const linkFor = (change: Partial<Unsubscription> = {}) =>
    `/v1/unsubscribe/${unsubscribeToken(
      { recipient: 'ada', purpose: 'administrative', batchId: 'campaign', ...change },
      unsubscribeKeys,
    )}`
  const post = (url: string, body = 'List-Unsubscribe=One-Click', headers = {}) =>
    door.anyone('POST', url, body, { 'content-type': 'application/x-www-form-urlencoded', ...headers })
  const consentOf = (_id: string) => door.store.collection<{ _id: string }>('consents').findOne({ _id })
  const requests = () =>
    door.store.collection<SuppressionRequestDocument>('suppressionRequests').find().toArray()

  it('changes nothing when a scanner looks at the link', async () => {
    const { status, body } = await door.anyone('GET', linkFor())
    expect([status, body]).toEqual([200, { purpose: 'administrative', done: false }])
    expect(await consentOf('ada')).toBeNull()
  })

  it('needs one click, no sign-in, and no page of ours; twice is once', async () => {
    const foreign = { origin: 'https://webmail.example', 'sec-fetch-site': 'cross-site' }
    const answers = [await post(linkFor(), undefined, foreign), await post(linkFor())]
    expect(answers.map(({ status, body }) => [status, body.done])).toEqual([
      [200, true],
      [200, true],
    ])
    expect(await consentOf('ada')).toMatchObject({ administrative: false, care: true, via: 'unsubscribe' })
    expect((await door.anyone('GET', linkFor())).body.done).toBe(true)
    const entries = (await door.audited()).filter((entry) => entry.includes('consent.ended'))
    expect(entries).toEqual(['anonymous consent.ended-for-administrative ada'])
  })

  it.each([
    [
      'multipart/form-data',
      '--X\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--X--\r\n',
      200,
    ],
    [
      'multipart/form-data',
      '--X\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nPerhaps\r\n--X--\r\n',
      400,
    ],
    ['multipart/form-data', 'no part at all', 400],
  ])('takes the other form of RFC 8058 as well: %s, %j', async (type, body, status) => {
    const url = linkFor({ batchId: 'another-campaign' })
    const answer = await door.anyone('POST', url, body, { 'content-type': `${type}; boundary=X` })
    expect(answer.status).toBe(status)
  })

  it('takes JSON with nothing behind it as no body, as our own page posts', async () => {
    const answer = await door.anyone('POST', linkFor(), '', { 'content-type': 'application/json' })
    expect([answer.status, answer.body.done]).toEqual([200, true])
  })

  it('leads a browser to its page, whether the link is ours or not', async () => {
    const webPages = { dir: new URL('../unsubscribe', import.meta.url).pathname, index: '<!doctype html>' }
    const withPages = await createTestServer(testServers().freshDatabase(), { webPages })
    for (const token of [linkFor().split('/').at(-1), 'not-ours']) {
      const answer = await withPages.anyone('GET', `/v1/unsubscribe/${token}`, undefined, {
        accept: 'text/html,application/xhtml+xml',
      })
      expect([answer.status, answer.headers.location, answer.headers.vary]).toEqual([
        303,
        `/unsubscribe/${token}`,
        'accept',
      ])
    }
    await withPages.close()
  })

  it('puts an uploaded address on the suppression list, once', async () => {
    const url = linkFor({ recipient: 'campaign-2' })
    const answers = await Promise.all([post(url), post(url), post(url)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await requests()).toMatchObject([
      { mail: 'row@example.test', action: 'add', reason: 'unsubscribed', requestedBy: 'unsubscribe' },
    ])
  })

  it.each([
    ['of nobody', () => linkFor({ recipient: 'nobody' })],
    ['changed by a letter', () => linkFor().replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['signed by another key', () => linkFor().replace('/k1.', '/k0.')],
    ['that is nonsense', () => '/v1/unsubscribe/..%2f..'],
    ['that is very long', () => `/v1/unsubscribe/${'x'.repeat(190)}`],
  ])('does nothing by a link %s', async (_, url) => {
    for (const answer of [await door.anyone('GET', url()), await post(url())]) expect(answer.status).toBe(404)
  })

  it.each(['', 'List-Unsubscribe=Two', 'x'.repeat(2_000)])('does nothing by the body %j', async (body) => {
    const { status } = await post(linkFor({ recipient: 'bina' }), body)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(await consentOf('bina')).toBeNull()
  })
})
