import {
  type SmtpDeed,
  type SmtpSink,
  type SmtpSinkOptions,
  smtpSink,
  testCertificate,
} from '@rounds/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { OutgoingMail } from './mail-transport.ts'
import { messageMaker } from './smtp-message.ts'
import { smtpSettings } from './smtp-settings.ts'
import { type SmtpTransport, smtpTransport } from './smtp-transport.ts'

/** Lines that all say that more follow. */
const endless = Array(20_000).fill('250-and').join('\r\n')

const closing: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

describe('the verdict, by how far the conversation came', () => {
  const small = 2_000
  const large = 20_000_000

  it.each([
    ['a reset instead of 354', 'DATA', 'reset', small, 'not now'],
    ['a reset in the middle of a long text', 'text', 'reset', large, 'not now'],
    ['a reset after the dot of a long text', 'dot', 'reset', large, 'silent'],
    ['a reset after the dot of a short text', 'dot', 'reset', small, 'silent'],
    ['550 to the recipient', 'RCPT', { reply: '550 5.1.1 no such user' }, small, 'refused 550 5.1.1'],
    ['450 to the recipient', 'RCPT', { reply: '450 4.7.1 greylisted' }, small, 'refused 450 4.7.1'],
    ['451 after the dot', 'dot', { reply: '451 4.3.0 later' }, small, 'refused 451 4.3.0'],
    ['250 after the dot', undefined, undefined, small, 'accepted 250 2.0.0'],
    ['a hang after the dot', 'dot', 'hang', small, 'silent'],
    ['a polite end after the dot', 'dot', 'close', small, 'silent'],
    ['a hang instead of 354', 'DATA', 'hang', small, 'not now'],
    ['552 after the dot', 'dot', { reply: '552 5.2.2 full' }, small, 'refused 552 5.2.2'],
    ['554 to DATA', 'DATA', { reply: '554 5.7.1 spam' }, small, 'refused 554 5.7.1'],
    ['451 to DATA', 'DATA', { reply: '451 4.3.0 later' }, small, 'refused 451 4.3.0'],
    ['550 to the sender, which is our fault', 'MAIL', { reply: '550 5.1.8 who' }, small, 'not now 550 5.1.8'],
    ['552 to the sender, which is too big', 'MAIL', { reply: '552 5.3.4 big' }, small, 'refused 552 5.3.4'],
    ['421 to the sender', 'MAIL', { reply: '421 4.3.2 bye' }, small, 'not now 421 4.3.2'],
    ['421 after the dot', 'dot', { reply: '421 4.3.2 bye' }, small, 'not now 421 4.3.2'],
    ['a reset at the recipient', 'RCPT', 'reset', small, 'not now'],
    ['a reset at the sender', 'MAIL', 'reset', small, 'not now'],
    ['a hang at the sender', 'MAIL', 'hang', small, 'not now'],
    ['a hang at the recipient', 'RCPT', 'hang', small, 'not now'],
    ['a hang in the middle of a long text', 'text', 'hang', large, 'not now'],
    ['451 to the sender', 'MAIL', { reply: '451 4.3.0 later' }, small, 'not now 451 4.3.0'],
    ['452 to the sender', 'MAIL', { reply: '452 4.3.1 disk full' }, small, 'not now 452 4.3.1'],
    ['550 to the recipient without a status', 'RCPT', { reply: '550 no such user' }, small, 'refused 550'],
    ['a reply code that is none to the recipient', 'RCPT', { reply: '700 what' }, small, 'not now'],
    ['a reply code that is none after the dot', 'dot', { reply: '99999 what' }, small, 'silent'],
    ['an answer without end to the recipient', 'RCPT', { reply: endless }, small, 'not now'],
    ['an answer without end after the dot', 'dot', { reply: endless }, small, 'silent'],
  ] as const)('%s', async (_name, at, deed, size, expected) => {
    const { sink, send } = await setUp(size === large ? { attemptMs: 20_000 } : {})
    if (at) sink.add({ at, do: deed as SmtpDeed, ...(at === 'text' ? { afterBytes: 200_000 } : {}) })
    expect(
      await send({
        text: 'z'
          .repeat(70)
          .concat('\n')
          .repeat(Math.ceil(size / 71)),
      }),
    ).toBe(expected)
    const isKept = expected.startsWith('accepted') || expected === 'silent'
    expect(sink.taken()).toHaveLength(isKept ? 1 : 0)
  })
})

describe('before anything of the mail is said', () => {
  it.each([
    ['nobody listens', async (sink: SmtpSink) => sink.away(true)],
    ['the server never greets', async (sink: SmtpSink) => void sink.add({ at: 'greeting', do: 'hang' })],
    [
      'it greets with 554',
      async (sink: SmtpSink) => void sink.add({ at: 'greeting', do: { reply: '554 no' } }),
    ],
    ['it hangs at EHLO', async (sink: SmtpSink) => void sink.add({ at: 'EHLO', do: 'hang' })],
    [
      'it answers EHLO and HELO with 450',
      async (sink: SmtpSink) => void sink.add({ at: 'EHLO', do: { reply: '450 4.7.0 later' }, times: 2 }),
    ],
    [
      'it answers EHLO and HELO with 550',
      async (sink: SmtpSink) => void sink.add({ at: 'EHLO', do: { reply: '550 5.7.1 not you' }, times: 2 }),
    ],
    [
      'it answers EHLO with 421',
      async (sink: SmtpSink) => void sink.add({ at: 'EHLO', do: { reply: '421 4.3.2 bye' }, times: 2 }),
    ],
    ['it resets at EHLO', async (sink: SmtpSink) => void sink.add({ at: 'EHLO', do: 'reset' })],
    [
      'it greets byte by byte',
      async (sink: SmtpSink) => void sink.add({ at: 'greeting', do: { dripMs: 300 } }),
    ],
  ])('%s: not now, and nothing has begun', async (_name, hurt) => {
    const { sink, send, begun } = await setUp()
    await hurt(sink)
    expect(await send()).toBe('not now away')
    expect(begun()).toBe(0)
  })

  it('is not let in: not now, and nothing has begun', async () => {
    const { send, begun } = await setUp({ auth: { user: 'rounds', pass: 'right' }, login: 'rounds:wrong' })
    expect(await send()).toBe('not now login')
    expect(begun()).toBe(0)
  })

  it('is let in with the right password, which may hold any character', async () => {
    const { send } = await setUp({
      auth: { user: 'rounds', pass: 'p@ss/word' },
      login: 'rounds:p%40ss%2Fword',
    })
    expect(await send()).toBe('accepted 250 2.0.0')
  })

  it('greets without end: not now, and nothing has begun', async () => {
    const { sink, send, begun } = await setUp()
    sink.add({ at: 'EHLO', do: { reply: endless } })
    expect(await send()).toBe('not now away')
    expect(begun()).toBe(0)
  })

  it('takes mail of ordinary size, whatever the server says it takes; larger mail is refused as it says', async () => {
    const { sink, send } = await setUp({ size: 1 })
    expect(await send()).toBe('accepted 250 2.0.0')
    expect(await send({ text: 'x\n'.repeat(100_000) })).toBe('refused 552 5.3.4')
    expect(sink.taken()).toHaveLength(1)
  })

  it('does not speak in the clear where TLS is required', async () => {
    const { sink, send, begun } = await setUp({ tls: 'required' })
    expect(await send()).toBe('not now tls')
    expect([begun(), sink.mails]).toEqual([0, []])
  })

  it('passes on why it may not begin, and says nothing', async () => {
    const { sink, transport } = await setUp()
    const paused = async () => Promise.reject(new Error('paused'))
    await expect(transport.send(aMail(), paused, never)).rejects.toThrow('paused')
    expect(sink.mails).toEqual([])
    expect(await transport.send(aMail(), async () => {}, never)).toMatchObject({
      kind: 'accepted',
    })
  })
})

describe('TLS', () => {
  it.each([
    ['STARTTLS', 'required'],
    ['STARTTLS', 'when offered'],
    ['the first byte', 'required'],
  ] as const)(
    'from %s (%s): a certificate that nobody vouches for is refused, and named',
    async (from, tls) => {
      const certificate = await testCertificate()
      const { sink, send, begun, away } = await setUp({ tls, server: { ...certificate, from } })
      expect(await send()).toBe('not now tls')
      expect(await send()).toBe('not now tls')
      expect([begun(), sink.mails]).toEqual([0, []])
      expect(away).toEqual([
        expect.stringMatching(/certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/),
      ])
    },
  )

  it('that is required and not offered is told in a sentence', async () => {
    const { send, away } = await setUp({ tls: 'required' })
    expect(await send()).toBe('not now tls')
    expect(away).toEqual(['the relay offers no TLS, and SMTP_TLS requires it'])
  })
})

describe('connections', () => {
  it('are used again, also after a refusal', async () => {
    const { sink, send } = await setUp()
    sink.add({ at: 'RCPT', do: { reply: '550 5.1.1 no' } })
    expect(await send()).toBe('refused 550 5.1.1')
    for (let n = 0; n < 5; n++) expect(await send()).toBe('accepted 250 2.0.0')
    expect(sink.connections()).toBe(1)
  })

  it('are as many as was said, however many mails come at once', async () => {
    const { sink, send } = await setUp({ connections: 3 })
    expect(await Promise.all(Array.from({ length: 30 }, () => send()))).toEqual(
      Array(30).fill('accepted 250 2.0.0'),
    )
    expect(sink.connections()).toBe(3)
  })

  it('that ended while they idled are replaced, and it is asked anew whether the mail may begin', async () => {
    const { sink, send, begun } = await setUp()
    await send()
    sink.add({ at: 'MAIL', do: 'reset' })
    expect(await send()).toBe('accepted 250 2.0.0')
    expect([sink.connections(), begun(), sink.taken().length]).toEqual([2, 3, 2])
  })

  it.each(['reset', 'hang'] as const)(
    'that ended (%s) are not replaced for a mail that may no longer begin',
    async (deed) => {
      const { sink, send, transport } = await setUp()
      await send()
      sink.add({ at: 'MAIL', do: deed })
      let asked = 0
      const until = async () => {
        asked += 1
        if (asked > 1) throw new Error('cancelled')
      }
      await expect(transport.send(aMail(), until, never)).rejects.toThrow('cancelled')
      expect([asked, sink.taken().length]).toEqual([2, 1])
    },
  )

  it('are given up after so many mails', async () => {
    const { sink, send } = await setUp({ mailsPerConnection: 2 })
    for (let n = 0; n < 5; n++) await send()
    expect(sink.connections()).toBe(3)
  })

  it('break when nothing depends on the mail any more, and the verdict says how far it came', async () => {
    const { sink, transport } = await setUp()
    sink.add({ at: 'DATA', do: 'hang' })
    const controller = new AbortController()
    const begin = async () => void setTimeout(() => controller.abort(), 50)
    const sending = transport.send(aMail(), begin, { ...never, breakOff: controller.signal })
    expect(await sending).toEqual({ kind: 'not now', why: 'broke off' })
  })

  it('beside one that a tarpit holds go on', async () => {
    const { sink, send } = await setUp()
    sink.add({ at: 'RCPT', do: { dripMs: 400 }, to: 'slow@example.test' })
    let isHeld = true
    const held = send({ to: 'slow@example.test' }).finally(() => {
      isHeld = false
    })
    for (let n = 0; n < 5; n++) expect(await send()).toBe('accepted 250 2.0.0')
    expect(isHeld).toBe(true)
    expect(await held).toBe('not now')
  })

  it('do not wait for ever for a server that answers one byte a second', async () => {
    const { sink, send } = await setUp()
    sink.add({ at: 'dot', do: { dripMs: 400 } })
    expect(await send()).toBe('silent')
  })
})

it('sends the text first, to one recipient, with the headers it was given and none that it was not', async () => {
  const { sink, send } = await setUp()
  await send({ headers: { 'Message-ID': '<key.0@mail.example.test>', 'X-Delivery-Key': 'key' } })
  const [mail] = sink.taken()
  expect(mail).toMatchObject({
    key: 'key',
    messageId: '<key.0@mail.example.test>',
    from: 'care@example.test',
    to: ['ada@example.test'],
    isAnswered: true,
  })
  expect(mail?.text).toMatch(/From: Rounds Hospital <care@example.test>/)
  expect(mail?.text.indexOf('text/plain')).toBeLessThan(mail?.text.indexOf('text/html') ?? 0)
  expect(mail?.text.match(/^Message-ID:/gim)).toHaveLength(1)
})

function aMail(said: Partial<OutgoingMail> = {}): OutgoingMail {
  return { to: 'ada@example.test', subject: 'Visit', text: 'text', html: '<p>text</p>', headers: {}, ...said }
}

const never = { leave: new AbortController().signal, breakOff: new AbortController().signal }

interface Setting {
  readonly auth?: { user: string; pass: string }
  readonly login?: string
  readonly tls?: 'required' | 'when offered' | 'never'
  readonly server?: SmtpSinkOptions['tls']
  readonly connections?: number
  readonly mailsPerConnection?: number
  readonly attemptMs?: number
  /** What the server says it takes. */
  readonly size?: number
}

async function setUp({
  auth,
  login,
  tls = 'never',
  server,
  connections = 2,
  mailsPerConnection = 100,
  attemptMs = 1_500,
  size,
}: Setting = {}) {
  const sink = await smtpSink({
    ...(auth ? { auth } : {}),
    ...(server ? { tls: server } : {}),
    ...(size ? { size } : {}),
  })
  const away: string[] = []
  const url = login ? sink.url.replace('//', `//${login}@`) : sink.url
  const times = {
    dnsMs: 500,
    connectMs: 500,
    greetingMs: 500,
    openMs: 1_000,
    socketMs: 1_000,
    attemptMs,
  }
  const transport: SmtpTransport = smtpTransport({
    name: 'smtp',
    settings: smtpSettings(url, tls, times),
    from: 'care@example.test',
    message: messageMaker({ name: 'Rounds Hospital', address: 'care@example.test' }),
    connections,
    mailsPerConnection,
    onAway: (sentence) => away.push(sentence),
  })
  closing.push(sink.close, transport.stop)
  let begun = 0
  return {
    sink,
    transport,
    begun: () => begun,
    away,
    async send(said: Partial<OutgoingMail> = {}) {
      const begin = async () => void begun++
      const verdict = await transport.send(aMail(said), begin, never)
      const reply = 'reply' in verdict ? verdict.reply : undefined
      const why = verdict.kind === 'not now' && !reply && verdict.why !== 'broke off' ? verdict.why : ''
      return [verdict.kind, why, reply?.code, reply?.status].filter(Boolean).join(' ')
    },
  }
}
