import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { newsMessage } from '@rounds/chat'
import { type ChatDeed, type ChatDoor, chatDoor } from '@rounds/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Verdict } from './chat-transport.ts'
import { googleChat } from './google-chat.ts'

let door: ChatDoor
const closing: { stop(): Promise<void> }[] = []
beforeEach(async () => {
  door = await chatDoor()
})
afterEach(async () => {
  for (const one of closing.splice(0)) await one.stop()
  await door.close()
})

const intercepted: Verdict = { kind: 'unknown', why: 'NOT_GOOGLE_CHAT' }

describe('Google Chat', () => {
  it('is sent the message as JSON, with what makes it the same one when it is sent again', async () => {
    const verdict = await posted()
    expect(verdict).toEqual({ kind: 'posted', message: 'spaces/a/messages/m1' })
    expect(door.visits).toMatchObject([
      {
        space: 'a',
        requestId: 'request',
        query: { messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD', token: 'secret-of-a' },
        message: { text: message.text, thread: { threadKey: 'visit' } },
      },
    ])
  })

  const json = (code: number, status: string) =>
    JSON.stringify({ error: { code, message: 'secret-of-a is wrong', status } })
  it.each<[string, ChatDeed, Verdict]>([
    [
      '400 about the message',
      { kind: 'answer', status: 400 },
      { kind: 'bad message', httpStatus: 400, code: 'INVALID_ARGUMENT' },
    ],
    [
      '400 about the key',
      {
        kind: 'answer',
        status: 400,
        body: JSON.stringify({
          error: { code: 400, status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] },
        }),
      },
      { kind: 'refused', httpStatus: 400, code: 'INVALID_ARGUMENT' },
    ],
    [
      '413 in Google’s words',
      { kind: 'answer', status: 413, body: json(413, 'INVALID_ARGUMENT') },
      { kind: 'bad message', httpStatus: 413, code: 'INVALID_ARGUMENT' },
    ],
    ['401', { kind: 'answer', status: 401 }, { kind: 'refused', httpStatus: 401, code: 'UNAUTHENTICATED' }],
    [
      '403',
      { kind: 'answer', status: 403, body: json(403, 'PERMISSION_DENIED') },
      { kind: 'refused', httpStatus: 403, code: 'PERMISSION_DENIED' },
    ],
    ['404', { kind: 'answer', status: 404 }, { kind: 'refused', httpStatus: 404, code: 'NOT_FOUND' }],
    // None of these is Google's answer, and whether Google has the message nobody knows.
    ...[403, 404, 407, 418, 511].map((status): [string, ChatDeed, Verdict] => [
      `${status} of a filter in HTML`,
      { kind: 'answer', status, body: '<html>Blocked' },
      status === 511 ? { kind: 'unknown', why: '511' } : intercepted,
    ]),
    ['407 whatever it says', { kind: 'answer', status: 407, body: json(407, 'UNKNOWN') }, intercepted],
    ['a code that is none', { kind: 'answer', status: 404, body: json(404, 'secret of a') }, intercepted],
    [
      'a redirect',
      { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
      intercepted,
    ],
    ['429', { kind: 'answer', status: 429 }, { kind: 'slow down' }],
    [
      '429 in seconds',
      { kind: 'answer', status: 429, headers: { 'retry-after': '7' } },
      { kind: 'slow down', afterMs: 7_000 },
    ],
    [
      '429 with a date',
      {
        kind: 'answer',
        status: 429,
        headers: { 'retry-after': 'Wed, 25 Nov 2026 10:00:30 GMT', date: 'Wed, 25 Nov 2026 10:00:00 GMT' },
      },
      { kind: 'slow down', afterMs: 30_000 },
    ],
    ['408', { kind: 'answer', status: 408 }, { kind: 'unknown', why: '408' }],
    ['500', { kind: 'answer', status: 500 }, { kind: 'unknown', why: '500' }],
    ['503 that took it', { kind: 'answer', status: 503, takes: true }, { kind: 'unknown', why: '503' }],
    ['200 with nothing', { kind: 'answer', status: 200, body: '' }, intercepted],
    ['204', { kind: 'answer', status: 204, body: '' }, intercepted],
    ['200 with a page', { kind: 'answer', status: 200, body: '<html>Sign in to the network' }, intercepted],
    ['200 with JSON of somebody else', { kind: 'answer', status: 200, body: '{"ok":true}' }, intercepted],
    [
      '200 with the name of something else',
      { kind: 'answer', status: 200, body: '{"name":"spaces/../../x"}' },
      intercepted,
    ],
    ['200 and a body that never ends', { kind: 'flood' }, intercepted],
    ['200 and a body that drips', { kind: 'drip', everyMs: 50 }, intercepted],
    ['200 cut off within the body', { kind: 'cut answer', afterBytes: 100 }, intercepted],
    ['nothing', { kind: 'hang' }, { kind: 'unknown', why: 'TIMEOUT' }],
  ])('answering %s is understood', async (_, deed, verdict) => {
    door.next('a', deed)
    expect(await posted({ attemptMs: 700 })).toEqual(verdict)
  })

  it.each([1, 100, 600, 900])(
    'resetting after %i bytes of the request leaves it unknown',
    async (afterBytes) => {
      door.next('a', { kind: 'reset', afterBytes })
      expect(await posted()).toMatchObject({ kind: 'unknown' })
    },
  )

  it('resetting before its answer leaves it unknown', async () => {
    door.next('a', { kind: 'cut answer', afterBytes: 0 })
    expect(await posted()).toMatchObject({ kind: 'unknown' })
    expect(door.messages()).toHaveLength(1)
  })

  it('being away means that nothing has left', async () => {
    const webhook = door.webhookOf('a')
    const sinkOrigin = door.origin
    await door.close()
    const chat = opened({ sinkOrigin })
    expect(await chat.post({ webhook, message, requestId: 'request' })).toEqual({
      kind: 'not sent',
      why: 'ECONNREFUSED',
    })
    door = await chatDoor()
  })
})

describe('where nothing is posted', () => {
  it.each<[string, readonly string[]]>([
    ['this machine', ['127.0.0.1']],
    ['the metadata of a cloud', ['169.254.169.254']],
    ['a mapped address', ['::ffff:10.0.0.1']],
    ['NAT64 into a private net', ['64:ff9b::10.0.0.1']],
    ['a unique local address', ['fd00::1']],
    ['a public address and a private one', ['142.250.1.95', '10.0.0.1']],
    ['nowhere', []],
  ])('a name that leads to %s', async (_, addresses) => {
    const { origin } = door
    const chat = opened({
      origin: origin.replace('127.0.0.1', 'chat.example.test'),
      lookup: resolving(() => addresses),
    })
    const webhook = door.webhookOf('a').replace('127.0.0.1', 'chat.example.test')
    expect(await chat.post({ webhook, message, requestId: 'request' })).toEqual({
      kind: 'not sent',
      why: 'ADDRESS_REFUSED',
    })
    expect(door.visits).toEqual([])
  })

  it('a name that led outside when it was looked at, and inside when it is used', async () => {
    // A public address that is nobody's: only a second look would lead to the door.
    const answers = [['2d00::1'], ['127.0.0.1']]
    const lookup = resolving(() => answers.shift() ?? ['127.0.0.1'])
    const chat = opened({
      origin: door.origin.replace('127.0.0.1', 'chat.example.test'),
      lookup,
      attemptMs: 700,
    })
    const webhook = door.webhookOf('a').replace('127.0.0.1', 'chat.example.test')
    await chat.post({ webhook, message, requestId: 'request' })
    expect(door.visits).toEqual([])
    expect(answers).toEqual([['127.0.0.1']])
  })

  it('an address that needs no name', async () => {
    const chat = opened({ origin: door.origin })
    expect(await chat.post({ webhook: door.webhookOf('a'), message, requestId: 'request' })).toEqual({
      kind: 'not sent',
      why: 'ADDRESS_REFUSED',
    })
    expect(door.visits).toEqual([])
  })

  it('a webhook of another origin, however it came into the database', async () => {
    const chat = opened({})
    expect(await chat.post({ webhook: door.webhookOf('a'), message, requestId: 'request' })).toEqual({
      kind: 'not sent',
      why: 'NOT_ALLOWED',
    })
  })

  it('the place that a redirect names', async () => {
    const other = await chatDoor()
    door.next('a', { kind: 'answer', status: 307, headers: { location: other.webhookOf('a') }, body: '' })
    expect(await posted()).toEqual(intercepted)
    expect(other.visits).toEqual([])
    await other.close()
  })
})

const message = newsMessage(
  [
    {
      news: 'appointment.checked',
      appointmentId: 'visit',
      startsAt: new Date(0),
      doctor: 'Dr. Rao',
      department: 'Cardiology',
      patient: { name: 'Ada Rao', number: 'P-1' },
    },
  ],
  {
    language: 'en',
    patientShownAs: 'initials',
    publicUrl: 'https://rounds.example.test',
    hospitalName: 'Rounds',
    zone: 'Asia/Kolkata',
  },
)

function opened(given: Partial<Parameters<typeof googleChat>[0]>) {
  const chat = googleChat({ connections: 4, attemptMs: 3_000, ...given })
  closing.push(chat)
  return chat
}

const posted = ({ attemptMs = 3_000 } = {}) =>
  opened({ sinkOrigin: door.origin, attemptMs }).post({
    webhook: door.webhookOf('a'),
    message,
    requestId: 'request',
  })

/** A name server of the test's own. */
function resolving(addresses: () => readonly string[]): LookupFunction {
  return ((_name: string, _options: unknown, done: (error: null, found: LookupAddress[]) => void) =>
    done(
      null,
      addresses().map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as LookupFunction
}
