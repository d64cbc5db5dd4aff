import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type ChatSink, type ChatSinkOptions, chatSink } from './chat-sink.ts'

let sink: ChatSink | undefined
afterEach(() => sink?.close())

describe('the chat sink', () => {
  it('answers with the message as Google Chat does, and keeps it', async () => {
    const { post, hook } = await setUp()
    const { status, body } = await post(hook, { text: 'Hello', fallbackText: 'Hello' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      name: expect.stringMatching(/^spaces\/heart\/messages\//),
      text: 'Hello',
      createTime: '2026-03-01T09:00:00.000Z',
      thread: { name: expect.stringMatching(/^spaces\/heart\/threads\//) },
      space: { name: 'spaces/heart', displayName: 'Cardiology' },
    })
    expect(sink?.messages('heart')).toEqual([body])
  })

  it('groups by thread key only where a reply option is given', async () => {
    const { post, hook, wait } = await setUp()
    const said = { text: 'x', thread: { threadKey: 'a-1' } }
    const threadOf = async (option: string) => {
      wait(1_000)
      return (await post(`${hook}${option}`, said)).body.thread.name
    }
    const option = '&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD'
    const [one, other, lone] = [await threadOf(option), await threadOf(option), await threadOf('')]
    expect([other, lone === one]).toEqual([one, false])
    wait(1_000)
    const strict = `${hook}&messageReplyOption=REPLY_MESSAGE_OR_FAIL`
    const answer = await post(strict, { text: 'x', thread: { threadKey: 'unheard of' } })
    expect(errorOf(answer)).toEqual([404, 'NOT_FOUND'])
  })

  it('gives a known request id the message it made, unless it is told not to', async () => {
    for (const isIdempotent of [true, false]) {
      const { post, hook, wait } = await setUp({ isIdempotent })
      const first = await post(`${hook}&requestId=one`, { text: 'x' })
      wait(1_000)
      const again = await post(`${hook}&requestId=one`, { text: 'x' })
      expect(again.body.name === first.body.name).toBe(isIdempotent)
      expect(sink?.messages()).toHaveLength(isIdempotent ? 1 : 2)
      await sink?.close()
    }
  })

  it('takes one message a second and space, by its own clock', async () => {
    const { post, hook, wait } = await setUp()
    await post(hook, { text: 'x' })
    wait(999)
    const { status, body, headers } = await post(hook, { text: 'x' })
    expect([status, body.error, headers.get('retry-after')]).toEqual([
      429,
      { code: 429, message: expect.any(String), status: 'RESOURCE_EXHAUSTED' },
      '1',
    ])
    const elsewhere = await post(sink?.webhook('eyes') ?? '', { text: 'x' })
    // A refusal does not put off the next one.
    wait(1)
    expect([elsewhere.status, (await post(hook, { text: 'x' })).status]).toEqual([200, 200])
  })

  it('tells a wrong key, a wrong token and a deleted webhook apart', async () => {
    const { post, hook } = await setUp()
    expect(errorOf(await post(hook.replace('key=sink', 'key=other'), { text: 'x' }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
    expect(errorOf(await post(hook.replace(/key=sink&/, ''), { text: 'x' }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
    expect(errorOf(await post(`${hook}x`, { text: 'x' }))).toEqual([401, 'UNAUTHENTICATED'])
    sink?.deleteWebhook('heart')
    expect(errorOf(await post(hook, { text: 'x' }))).toEqual([404, 'NOT_FOUND'])
    expect(sink?.messages()).toEqual([])
  })

  it.each([
    ['no JSON', '{"text":'],
    ['broken UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['a bad card', JSON.stringify({ cardsV2: [{ card: { header: {} } }] })],
    ['more than 32,000 bytes', JSON.stringify({ text: 'अ'.repeat(11_000) })],
    ['far more than that', JSON.stringify({ text: 'x'.repeat(600_000) })],
  ])('refuses %s in Google’s words', async (_, body) => {
    const { post, hook } = await setUp()
    expect(errorOf(await post(hook, body))).toEqual([400, 'INVALID_ARGUMENT'])
    expect(sink?.messages()).toEqual([])
  })

  it('opens a space by the first webhook that comes', async () => {
    const { post } = await setUp()
    const unheardOf = `${sink?.url}/v1/spaces/new/messages?key=k&token=t`
    expect((await post(unheardOf, { text: 'x' })).status).toBe(200)
    expect(errorOf(await post(unheardOf.replace('token=t', 'token=u'), { text: 'x' }))[0]).toBe(401)
  })

  it('misbehaves where and as often as it was asked to', async () => {
    const { post, hook, wait, control } = await setUp()
    await control('POST', '/faults', { do: { status: 503, retryAfter: '7' }, space: 'heart', times: 2 })
    const statuses: number[] = []
    for (let n = 0; n < 3; n++) {
      statuses.push((await post(hook, { text: 'x' })).status)
      wait(1_000)
    }
    expect(statuses).toEqual([503, 503, 200])
    expect(sink?.messages()).toHaveLength(1)
  })

  it('may have taken a message whose sender never hears of it', async () => {
    const { post, hook } = await setUp()
    sink?.add({ do: 'reset', taken: true })
    await expect(post(hook, { text: 'x' })).rejects.toThrow()
    expect(sink?.messages()).toHaveLength(1)
    expect(sink?.calls).toMatchObject([{ space: 'heart', isNew: true }])
    expect(sink?.calls[0]?.status).toBeUndefined()
  })

  it('says nothing any more until its caller goes', async () => {
    const { post, hook } = await setUp()
    sink?.add({ do: 'hang' })
    await expect(post(hook, { text: 'x' }, AbortSignal.timeout(50))).rejects.toThrow(/aborted|timeout/i)
    expect(sink?.messages()).toEqual([])
  })

  it('lets the right answer wait', async () => {
    const { post, hook } = await setUp()
    sink?.add({ do: { slowMs: 20 } })
    expect((await post(hook, { text: 'x' })).status).toBe(200)
  })

  it('writes each call down before it is answered', async () => {
    const log = join(tmpdir(), `chat-sink-${process.pid}-${Date.now()}.ndjson`)
    const { post, hook } = await setUp({ log })
    await post(`${hook}&requestId=one`, { text: 'x', thread: { threadKey: 'a-1' } })
    expect(JSON.parse(await readFile(log, 'utf8'))).toMatchObject({
      space: 'heart',
      requestId: 'one',
      threadKey: 'a-1',
      text: 'x',
      status: 200,
      isNew: true,
    })
  })

  it('shows what was said, and neither key nor token', async () => {
    const { post, hook } = await setUp()
    await post(hook, { text: '<script>alert(1)</script> *news*' })
    const answer = await fetch(`${sink?.url}/`)
    const markup = await answer.text()
    expect(markup).toContain('<strong>news</strong>')
    expect(markup).not.toMatch(/<script>|token-of/)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    for (const path of ['/api/messages', '/api/messages?space=heart', '/api/spaces'])
      expect(await (await fetch(`${sink?.url}${path}`)).text()).not.toContain('token-of')
  })

  it('tells who watches the page of each new message', async () => {
    const { post, hook } = await setUp()
    const stream = await fetch(`${sink?.url}/api/stream`)
    const reader = stream.body?.getReader()
    await reader?.read()
    await post(hook, { text: 'x' })
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: message\n\n')
    await reader?.cancel()
  })

  it.each([
    ['nothing', undefined, 400],
    ['a deed that is none', { do: 'explode' }, 400],
    ['a status that is none', { do: { status: 99 } }, 400],
    ['an unknown field', { do: 'hang', forever: true }, 400],
    ['no times', { do: 'hang', times: 0 }, 400],
  ])('refuses %s for a fault', async (_, fault, status) => {
    const { control } = await setUp()
    expect((await control('POST', '/faults', fault)).status).toBe(status)
  })

  it('is not steered by forms and pages of other sites, nor at all where control is off', async () => {
    const { control } = await setUp()
    const fault = { do: 'hang' }
    expect((await control('POST', '/faults', fault, { 'content-type': 'text/plain' })).status).toBe(400)
    expect((await control('POST', '/faults', fault, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    await sink?.close()
    const closed = await setUp({ control: false })
    for (const [method, path] of [
      ['POST', '/faults'],
      ['DELETE', '/faults'],
      ['PUT', '/api/spaces/heart'],
      ['DELETE', '/api/spaces/heart'],
    ] as const)
      expect((await closed.control(method, path, fault)).status).toBe(403)
  })

  it('has webhooks changed and deleted over HTTP', async () => {
    const { post, control } = await setUp()
    const hook = `${sink?.url}/v1/spaces/eyes/messages?key=k&token=t`
    await control('PUT', '/api/spaces/eyes', { key: 'k', token: 't', displayName: 'Eyes' })
    expect((await post(hook, { text: 'x' })).body.space.displayName).toBe('Eyes')
    await control('DELETE', '/api/spaces/eyes')
    expect((await post(hook, { text: 'x' })).status).toBe(404)
  })
})

const errorOf = ({ status, body }: { status: number; body: { error?: { status: string } } }) => [
  status,
  body.error?.status,
]

async function setUp(options: ChatSinkOptions = {}) {
  let clock = Date.parse('2026-03-01T09:00:00Z')
  const opened = await chatSink({ now: () => clock, ...options })
  sink = opened
  return {
    hook: opened.webhook('heart', 'Cardiology'),
    wait: (ms: number) => {
      clock += ms
    },
    async post(hook: string, message: unknown, signal?: AbortSignal) {
      const isRaw = typeof message === 'string' || message instanceof Uint8Array
      const answer = await fetch(hook, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=UTF-8' },
        body: isRaw ? (message as BodyInit) : JSON.stringify(message),
        ...(signal ? { signal } : {}),
      })
      return { status: answer.status, headers: answer.headers, body: await answer.json() }
    },
    control: (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      fetch(`${opened.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  }
}
