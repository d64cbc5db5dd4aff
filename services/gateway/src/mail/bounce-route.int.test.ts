import type { BounceDocument } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import type { WithOutbox } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

const boundary = 'b'
const parts = (recipients: readonly string[]) =>
  [
    `--${boundary}`,
    'Content-Type: text/plain',
    '',
    'It could not be delivered.',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.test',
    '',
    ...recipients.flatMap((one) => [
      `Final-Recipient: rfc822; ${one}`,
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 5.1.1 no such user',
      '',
    ]),
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    'Message-ID: <delivery-1.0@rounds.example.test>',
    '',
    `--${boundary}--`,
    '',
  ].join('\r\n')
const type = `multipart/report; report-type=delivery-status; boundary=${boundary}`
const message = (recipients: readonly string[]) =>
  `From: mailer-daemon@example.test\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\n${parts(recipients)}`

describe('a bounce that is handed in', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
  })
  afterAll(() => door.close())

  const hand = (body: string | Buffer, contentType = 'message/rfc822') =>
    asha('POST', '/v1/mail/bounces', body, { 'content-type': contentType })
  const kept = () => door.store.collection<BounceDocument & WithOutbox>('bounces').find().toArray()

  it('is kept once for each recipient, with an event that names none', async () => {
    const twice = [await hand(message(['gone@example.test', 'other@example.test']))]
    twice.push(await hand(message(['gone@example.test', 'other@example.test'])))
    expect(twice.map(({ status, body }) => [status, body.bounces.length])).toEqual([
      [202, 2],
      [202, 2],
    ])
    const bounces = await kept()
    expect(bounces).toHaveLength(2)
    expect(bounces[0]).toMatchObject({
      finalRecipient: 'gone@example.test',
      action: 'failed',
      status: '5.1.1',
      deliveryId: 'delivery-1',
    })
    expect(JSON.stringify(bounces.map(({ outbox }) => outbox))).not.toContain('@')
    expect(bounces[0]?.outbox[0]?.event.type).toBe('mail.bounced')
  })

  it('may come as its parts alone, as some servers post it', async () => {
    const { status, body } = await hand(parts(['parts@example.test']), type)
    expect([status, body.bounces?.length]).toEqual([202, 1])
  })

  it.each([
    ['a holiday note', 'From: a@example.test\r\nSubject: away\r\n\r\nback on Monday', 422],
    ['nothing', '', 400],
    ['bytes', Buffer.from([0, 255, 1, 254]), 422],
    ['too much', 'x'.repeat(1_100_000), 413],
  ])('that is %s is refused', async (_, body, expected) => {
    const { status } = await hand(body)
    expect(status === expected || status === 422).toBe(true)
  })

  it('comes from a token with the scope for it, and from no other', async () => {
    const token = async (scope: string) =>
      (await asha('POST', '/v1/tokens', { name: scope, scopes: [scope], expiresInDays: 1 })).body.secret
    const by = async (scope: string) =>
      (
        await door.anyone('POST', '/v1/mail/bounces', message(['token@example.test']), {
          'content-type': 'message/rfc822',
          authorization: `Bearer ${await token(scope)}`,
        })
      ).status
    expect([await by('mail:bounces'), await by('mail:write')]).toEqual([202, 403])
  })
})
