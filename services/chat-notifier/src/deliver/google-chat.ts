import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { googleOrigin } from '@rounds/chat'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import { type ChatTransport, notGoogle, type OutgoingPost, type Verdict } from './chat-transport.ts'
import { isPublicAddress } from './public-address.ts'
import { retryAfterMs } from './retry-after.ts'

export interface GoogleChatOptions {
  /** The only other place that is posted to, and the only one that may be near. */
  readonly sinkOrigin?: string | undefined
  readonly connections: number
  readonly attemptMs: number
  readonly now?: () => Date
  /** Instead of Google's, for tests of what its name may resolve to. */
  readonly origin?: string
  readonly lookup?: LookupFunction
}

/** The name leads somewhere inside: a mistake, or somebody's trick. */
class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError'
  readonly code = 'ADDRESS_REFUSED'

  constructor() {
    super('the name resolves to an address that is not public')
  }
}

const [connectMs, bodyMs] = [5_000, 3_000]
/** What Google answers is some kilobytes; what somebody else answers may never end. */
const mostBytes = 64 * 1024

/**
 * Posts to Google Chat's incoming webhooks. Follows no redirect. A name is resolved once for each connection, what it resolves to
 * is checked, and the connection goes to just that address.
 */
export function googleChat(
  options: GoogleChatOptions,
): ChatTransport & { name: string; start(): Promise<void>; stop(): Promise<void> } {
  const {
    sinkOrigin,
    connections,
    attemptMs,
    now = () => new Date(),
    origin = googleOrigin,
    lookup = systemLookup as LookupFunction,
  } = options
  const usual = {
    connections,
    pipelining: 1,
    headersTimeout: attemptMs,
    bodyTimeout: bodyMs,
    // Google closes idle connections after four minutes.
    keepAliveTimeout: 60_000,
    allowH2: false,
  }
  const google = new Pool(origin, { ...usual, connect: publicOnly(lookup) })
  const sink =
    sinkOrigin === undefined ? undefined : new Pool(sinkOrigin, { ...usual, connect: { timeout: connectMs } })

  return {
    name: 'google chat',
    async start() {},
    async stop() {
      await Promise.all([google, sink].map((pool) => pool?.destroy()))
    },
    async post(post) {
      const url = new URL(post.webhook)
      const pool = url.origin === origin ? google : url.origin === sinkOrigin ? sink : undefined
      return pool ? attempt(pool, url, post) : { kind: 'not sent', why: 'NOT_ALLOWED' }
    },
  }

  async function attempt(pool: Pool, url: URL, { message, requestId }: OutgoingPost): Promise<Verdict> {
    url.searchParams.set('messageReplyOption', 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD')
    url.searchParams.set('requestId', requestId)
    const deadline = AbortSignal.timeout(attemptMs)
    try {
      const answer = await pool.request({
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: { 'content-type': 'application/json; charset=UTF-8' },
        body: JSON.stringify(message),
        signal: deadline,
      })
      return verdictOf(answer, await textOf(answer))
    } catch (error) {
      // By code only: an error of the client may hold the address, and the address is a secret.
      const why = codeOf(error)
      return hasNotLeft(error) ? { kind: 'not sent', why } : { kind: 'unknown', why }
    }
  }

  function verdictOf({ statusCode, headers }: Dispatcher.ResponseData, text: string): Verdict {
    if (statusCode >= 200 && statusCode < 300) {
      const message = messageNameIn(text)
      return message === undefined ? intercepted : { kind: 'posted', message }
    }
    if (statusCode === 429) {
      const afterMs = retryAfterMs(one(headers['retry-after']), one(headers.date), now())
      return { kind: 'slow down', ...(afterMs === undefined ? {} : { afterMs }) }
    }
    if (statusCode >= 500 || statusCode === 408) return { kind: 'unknown', why: `${statusCode}` }
    const code = errorStatusIn(text)
    // 407 is a proxy's alone, and what is not in Google's words is somebody else's: a page to sign in to the network, a filter.
    if (code === undefined || statusCode === 407) return intercepted
    const isOfSpace = [401, 403, 404].includes(statusCode) || isAboutKey(text)
    return { kind: isOfSpace ? 'refused' : 'bad message', httpStatus: statusCode, code }
  }
}

function publicOnly(lookup: LookupFunction): buildConnector.connector {
  const connect = buildConnector({
    timeout: connectMs,
    allowH2: false,
    lookup: (name, options, done) =>
      lookup(name, { ...options, all: true }, (error, found) => {
        const addresses = Array.isArray(found) ? found : []
        if (error) return done(error, [])
        // One that is not public is enough: nobody knows which of them would be taken.
        if (addresses.length === 0 || !addresses.every(({ address }) => isPublicAddress(address)))
          return done(new AddressRefusedError(), [])
        const [first] = addresses
        return options.all || !first ? done(null, addresses) : done(null, first.address, first.family)
      }),
  })
  return (options, done) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    // An address needs no look-up, so it is looked at here.
    if (isIP(host) !== 0 && !isPublicAddress(host)) return done(new AddressRefusedError(), null)
    return connect(options, done)
  }
}

/** The answer's body, as far as it is of use; the status is the answer, whatever becomes of the rest. */
async function textOf({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > mostBytes) return ''
      chunks.push(chunk)
    }
  } catch {
    return ''
  } finally {
    body.destroy()
  }
  return Buffer.concat(chunks).toString('utf8')
}

const messageNameIn = (text: string) =>
  textIn(text, ({ name }) => name, /^spaces\/[\w-]{1,64}\/messages\/[\w.-]{1,128}$/)

/** Google's own word for what is wrong. Its sentence stays out: it may repeat what was sent. */
const errorStatusIn = (text: string) => textIn(text, ({ error }) => Object(error).status, /^[A-Z_]{1,60}$/)

function textIn(
  text: string,
  part: (json: Record<string, unknown>) => unknown,
  form: RegExp,
): string | undefined {
  try {
    const found = part(JSON.parse(text))
    return typeof found === 'string' && form.test(found) ? found : undefined
  } catch {
    return undefined
  }
}

/** A key that is no key is answered with 400 like a message that is none; its details tell. */
const isAboutKey = (text: string) =>
  textIn(
    text,
    ({ error }) => {
      const { details } = Object(error)
      return Array.isArray(details)
        ? details.map((one) => Object(one).reason).find((one) => /^API_KEY/.test(one))
        : undefined
    },
    /^API_KEY_[A-Z_]{1,60}$/,
  ) !== undefined

/** Whether it came through before that, nobody knows: it is asked for again under its id. */
const intercepted = { kind: 'unknown', why: notGoogle } as const

/** Whether it is sure that no byte of it has left: there was never a connection. */
function hasNotLeft(error: unknown): boolean {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  return (
    error instanceof AddressRefusedError ||
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    syscall === 'connect' ||
    syscall === 'getaddrinfo'
  )
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' && /^\w{1,60}$/.test(code)
    ? code
    : name === 'TimeoutError'
      ? 'TIMEOUT'
      : 'BROKE_OFF'
}

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header)
