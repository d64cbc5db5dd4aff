import { closeSync, openSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Deed, type Faults, faultFrom, faults } from './faults.ts'
import { live, page } from './page.ts'
import { type Answer, refusal } from './refusal.ts'
import { type Call, type PostCall, type Space, type SunkMessage, spaces } from './spaces.ts'

export interface ChatSinkOptions {
  /** 0 takes a free one. */
  readonly port?: number
  readonly host?: string
  /** Between two messages of a space; usually 1,000. */
  readonly everyMs?: number
  /** Whether a known `requestId` gets the message it made; usually so. */
  readonly isIdempotent?: boolean
  /** Each call is written here as a line of JSON before it is answered: the witness. */
  readonly log?: string
  /** Whether faults and spaces may be set over HTTP; usually so. */
  readonly control?: boolean
  readonly now?: () => number
}

/** A Google Chat on this machine: takes messages as incoming webhooks do, shows them, and misbehaves when asked to. */
export interface ChatSink extends Pick<Faults, 'add' | 'decide'> {
  readonly port: number
  readonly url: string
  /** The last 50,000 calls in the order of arrival, refused ones included. */
  readonly calls: readonly Call[]
  /** Every message that is kept, in the order in which they were taken. */
  messages(space?: string): readonly SunkMessage[]
  /** The webhook of a space, which is opened by this. */
  webhook(space: string, displayName?: string): string
  /** As when somebody removes the webhook in Google Chat: 404 from now on. */
  deleteWebhook(space: string): void
  close(): Promise<void>
}

const mostBody = 256 * 1024
const keptMessages = 20_000
const keptCalls = 50_000
const messagesPath = /^\/v1\/spaces\/([A-Za-z0-9_-]{1,100})\/messages$/
const spacePath = /^\/api\/spaces\/([A-Za-z0-9_-]{1,100})$/

/**
 * Starts the sink. Spaces need not be made: the first webhook that comes opens its space, and its key and token are from then on the right ones.
 *
 * ```ts
 * const sink = await chatSink()
 * sink.add({ do: 'reset', taken: true }) // it has the message, and its sender never hears of it
 * ```
 */
export async function chatSink(options: ChatSinkOptions = {}): Promise<ChatSink> {
  const { host = '127.0.0.1', now = Date.now, control = true } = options
  const known = spaces({
    everyMs: options.everyMs ?? 1_000,
    isIdempotent: options.isIdempotent ?? true,
    now,
    kept: keptMessages,
  })
  const wrong = faults()
  const calls: Call[] = []
  const readers = new Set<ServerResponse>()
  const log = options.log === undefined ? undefined : openSync(options.log, 'a')
  const assets = await pageAssets()
  let counted = 0

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '/', 'http://sink')
    if (!url) return send(response, refusal(404, 'Not found.'))
    const [, space] = messagesPath.exec(url.pathname) ?? []
    if (space !== undefined) return posted(request, response, space, url.searchParams)
    if (isOfAnotherSite(request)) return send(response, refusal(403, 'Not for pages of other sites.'))
    const chosen = url.searchParams.get('space') ?? undefined
    const [, named] = spacePath.exec(url.pathname) ?? []
    if (named !== undefined) return changeSpace(request, response, named)
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /':
        return sendPage(response, page([...known.all.values()], chosen))
      case 'GET /live':
        return sendPage(response, live([...known.all.values()], chosen).markup)
      case 'GET /page.css':
        return sendText(response, 'text/css', assets.css)
      case 'GET /live.js':
        return sendText(response, 'text/javascript', assets.js)
      case 'GET /livez':
      case 'GET /readyz':
        return sendText(response, 'text/plain', 'ok')
      case 'GET /api/stream':
        return stream(request, response)
      case 'GET /api/messages':
        return send(response, { status: 200, body: { items: messages(chosen) } })
      case 'GET /api/spaces':
        return send(response, { status: 200, body: { items: [...known.all.values()].map(shownSpace) } })
      case 'GET /faults':
        return send(response, { status: 200, body: { items: wrong.list() } })
      case 'POST /faults':
        return addFault(request, response)
      case 'DELETE /faults':
        if (!control) return send(response, refusal(403, 'The control API is off.'))
        wrong.clear()
        return send(response, { status: 200, body: { items: [] } })
      default:
        return send(response, refusal(404, 'Not found.'))
    }
  }

  async function posted(
    request: IncomingMessage,
    response: ServerResponse,
    space: string,
    query: URLSearchParams,
  ): Promise<void> {
    if (request.method !== 'POST') return send(response, refusal(405, 'Only POST is served here.'))
    counted++
    const at = now()
    const requestId = query.get('requestId') ?? undefined
    const fault = wrong.at({ space, requestId, call: counted })
    const body = await bodyOf(request)
    const call: PostCall = { space, query, body }
    const refused = known.admit(call)
    const isTaken = refused === undefined && (!fault || fault.taken === true || isSlow(fault.do))
    const taken = isTaken ? known.take(call) : undefined
    const usual = refused ?? taken?.answer ?? refusal(500, 'Internal error encountered.')
    const answer = refused || !fault ? usual : answerOf(fault.do, usual)
    note({
      at,
      space,
      ...(requestId === undefined ? {} : { requestId }),
      ...witnessed(body),
      ...(answer ? { status: answer.status } : {}),
      ...(taken?.message ? { message: taken.message.name } : {}),
      isNew: taken?.isNew ?? false,
    })
    if (taken?.isNew) for (const reader of readers) reader.write('data: message\n\n')
    if (!refused && fault && isSlow(fault.do)) await later(fault.do.slowMs, response)
    if (answer) return send(response, answer)
    if (fault?.do === 'reset') request.socket.resetAndDestroy()
  }

  function note(call: Call): void {
    if (log !== undefined) writeSync(log, `${JSON.stringify(call)}\n`)
    calls.push(call)
    if (calls.length > keptCalls) calls.shift()
  }

  async function addFault(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const said = await told(request, response)
    if (said === undefined) return
    const fault = faultFrom(said)
    if (typeof fault === 'string') return send(response, refusal(400, fault))
    wrong.add(fault)
    send(response, { status: 201, body: fault })
  }

  async function changeSpace(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    if (!control) return send(response, refusal(403, 'The control API is off.'))
    if (request.method === 'DELETE') {
      return send(response, { status: 200, body: shownSpace(known.put(id, { isDeleted: true })) })
    }
    if (request.method !== 'PUT') return send(response, refusal(405, 'PUT or DELETE.'))
    const said = await told(request, response)
    if (said === undefined) return
    const { key, token, displayName } = said as Record<string, unknown>
    const change = { key, token, displayName }
    const given = Object.entries(change).filter(([, value]) => typeof value === 'string' && value !== '')
    send(response, {
      status: 200,
      body: shownSpace(known.put(id, { isDeleted: false, ...Object.fromEntries(given) })),
    })
  }

  /** The JSON of a control call. Asking for its type keeps other sites' forms out. */
  async function told(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    if (!control) return void send(response, refusal(403, 'The control API is off.'))
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
      return void send(response, refusal(400, 'The body has to be application/json.'))
    const text = (await bodyOf(request)).toString('utf8')
    try {
      return JSON.parse(text) ?? {}
    } catch {
      return void send(response, refusal(400, 'The body is no JSON.'))
    }
  }

  function stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...safe, 'content-type': 'text/event-stream', connection: 'close' })
    response.write('retry: 1000\n\n')
    readers.add(response)
    request.once('close', () => readers.delete(response))
  }

  const messages = (space?: string) =>
    [...known.all.values()]
      .filter(({ id }) => space === undefined || id === space)
      .flatMap((one) => one.messages)
      .toSorted((one, other) => Date.parse(one.createTime) - Date.parse(other.createTime))

  await listen(server, options.port ?? 0, host)
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    port,
    url,
    calls,
    messages,
    add: wrong.add,
    decide: wrong.decide,
    webhook(space, displayName = space) {
      const { key, token } = known.all.get(space) ?? { key: 'sink', token: `token-of-${space}` }
      known.put(space, { key, token, displayName })
      return `${url}/v1/spaces/${space}/messages?key=${key}&token=${token}`
    },
    deleteWebhook: (space) => void known.put(space, { isDeleted: true }),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      if (log !== undefined) closeSync(log)
    },
  }
}

const isSlow = (deed: Deed): deed is { readonly slowMs: number } =>
  typeof deed === 'object' && 'slowMs' in deed

/** What is answered where this is to happen; nothing where nothing is. */
function answerOf(deed: Deed, usual: Answer): Answer | undefined {
  if (deed === 'hang' || deed === 'reset') return undefined
  if ('slowMs' in deed) return usual
  const { status, retryAfter, message = 'An injected fault.' } = deed
  return refusal(status, message, retryAfter === undefined ? {} : { 'retry-after': retryAfter })
}

function later(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    // Whoever has gone is not waited for.
    response.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** What the witness keeps of a body: its words and its thread, where it has any. */
function witnessed(body: Buffer): Pick<Call, 'text' | 'threadKey'> {
  try {
    const { text, thread } = JSON.parse(body.toString('utf8')) ?? {}
    return {
      ...(typeof text === 'string' ? { text } : {}),
      ...(typeof thread?.threadKey === 'string' ? { threadKey: thread.threadKey } : {}),
    }
  } catch {
    return {}
  }
}

const shownSpace = ({ id, displayName, isDeleted, messages }: Space) => ({
  id,
  displayName,
  isDeleted,
  messages: messages.length,
})

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= mostBody) chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** No page of another site reads or changes what is here; it may link to it. */
const isOfAnotherSite = ({ headers }: IncomingMessage) =>
  headers['sec-fetch-mode'] !== 'navigate' &&
  ![undefined, 'same-origin', 'none'].includes(headers['sec-fetch-site'] as string | undefined)

const safe = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { ...safe, ...headers, 'content-type': 'application/json; charset=UTF-8' })
  response.end(JSON.stringify(body))
}

const sendPage = (response: ServerResponse, markup: string) => sendText(response, 'text/html', markup)

function sendText(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { ...safe, 'content-type': `${type}; charset=utf-8` })
  response.end(text)
}

async function pageAssets() {
  const read = (name: string) => readFile(new URL(`page/${name}`, import.meta.url), 'utf8')
  const [css, js] = await Promise.all([read('page.css'), read('live.js')])
  return { css, js }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}
