import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/**
 * What happens to a request. `answer` and `cut answer` take the message when their status is 2xx, or when they say so; the others
 * leave it open who knows what.
 */
export type ChatDeed =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
      readonly takes?: boolean
    }
  /** The whole request is read, and nothing comes any more. */
  | { readonly kind: 'hang'; readonly takes?: boolean }
  /** RST once so many bytes of the request have arrived. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** The message is taken, and RST comes after so many bytes of the answer. */
  | { readonly kind: 'cut answer'; readonly afterBytes: number }
  /** The message is taken, and the answer's body comes byte by byte. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** The message is taken, and the answer's body never ends. */
  | { readonly kind: 'flood' }

/** One request, from the moment its first byte was read. */
export interface ChatVisit {
  /** Milliseconds on the sink's own clock, which no other process has. */
  readonly at: number
  readonly space: string
  readonly requestId: string
  readonly query: Readonly<Record<string, string>>
  /** Absent when it never arrived whole. */
  readonly message?: {
    readonly text: string
    readonly fallbackText: string
    readonly thread?: { readonly threadKey: string }
    readonly cardsV2?: readonly { readonly cardId: string; readonly card?: unknown }[]
  }
  /** A message was made of it; not when its request id was known. */
  readonly isNew: boolean
  /** What is in the space now because of it, or already was. */
  readonly isTaken: boolean
}

export interface ChatDoorOptions {
  /** Where each visit is written and flushed to disk before it is answered: a witness that survives everything. */
  readonly logFile?: string
}

export interface ChatDoor {
  readonly origin: string
  webhookOf(space: string): string
  readonly visits: readonly ChatVisit[]
  /** The messages that were made, each once. */
  messages(space?: string): readonly ChatVisit[]
  /** The smallest distance between two visits of one space. */
  closestMs(): number
  /** What happens to the next requests of a space, one after the other; then what `decide` says, and otherwise all is well. */
  next(space: string, ...deeds: readonly ChatDeed[]): void
  decide(deed: (visit: { space: string; count: number }) => ChatDeed | undefined): void
  close(): Promise<void>
}

/**
 * Stands in for Google Chat on a raw socket, so that it can fail at any byte. Knows each message by its request id, as
 * `spaces.messages.create` is documented.
 */
export async function chatDoor({ logFile }: ChatDoorOptions = {}): Promise<ChatDoor> {
  const log = logFile === undefined ? undefined : openSync(logFile, 'a')
  const visits: ChatVisit[] = []
  const made = new Map<string, string>()
  const planned = new Map<string, ChatDeed[]>()
  const counts = new Map<string, number>()
  const sockets = new Set<Socket>()
  let decided: (visit: { space: string; count: number }) => ChatDeed | undefined = () => undefined

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let held = Buffer.alloc(0)
    let visit: Visit | undefined
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk])
      for (;;) {
        visit ??= begun(held)
        if (!visit) return
        if (visit.deed?.kind === 'reset' && held.length >= visit.deed.afterBytes) {
          keep({ ...visit.seen, isNew: false, isTaken: false })
          return void socket.resetAndDestroy()
        }
        const length = visit.bodyAt + visit.bodyBytes
        if (held.length < length) return
        answer(socket, visit, held.subarray(visit.bodyAt, length).toString('utf8'))
        held = held.subarray(length)
        visit = undefined
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    origin,
    webhookOf: (space) => `${origin}/v1/spaces/${space}/messages?key=key-of-all&token=secret-of-${space}`,
    visits,
    messages: (space) =>
      visits.filter((visit) => visit.isNew && (space === undefined || visit.space === space)),
    closestMs() {
      const bySpace = Map.groupBy(visits, ({ space }) => space)
      return Math.min(
        ...Array.from(bySpace.values()).flatMap((mine) =>
          mine.slice(1).map(({ at }, place) => at - (mine[place]?.at ?? 0)),
        ),
      )
    },
    next: (space, ...deeds) => void planned.set(space, [...(planned.get(space) ?? []), ...deeds]),
    decide: (deed) => {
      decided = deed
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      if (log !== undefined) closeSync(log)
    },
  }

  /** A request whose head has arrived; the deed is chosen then. */
  function begun(held: Buffer): Visit | undefined {
    const end = held.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const head = held.subarray(0, end).toString('latin1')
    const url = new URL(head.split(' ')[1] ?? '/', origin)
    const space = /^\/v1\/spaces\/([\w-]+)\/messages$/.exec(url.pathname)?.[1] ?? ''
    const count = (counts.get(space) ?? 0) + 1
    counts.set(space, count)
    const query = Object.fromEntries(url.searchParams)
    return {
      seen: { at: performance.now(), space, requestId: query.requestId ?? '', query },
      deed: planned.get(space)?.shift() ?? decided({ space, count }),
      bodyAt: end + 4,
      bodyBytes: Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0),
    }
  }

  function answer(
    socket: Socket,
    { seen, deed = { kind: 'answer', status: 200 } }: Visit,
    body: string,
  ): void {
    const takes = takesMessage(deed)
    const key = `${seen.space} ${seen.requestId}`
    const isNew = takes && !made.has(key)
    if (isNew) made.set(key, `spaces/${seen.space}/messages/m${made.size + 1}`)
    const name = made.get(key) ?? ''
    keep({ ...seen, message: JSON.parse(body), isNew, isTaken: made.has(key) })
    const usual = JSON.stringify({ name })
    switch (deed.kind) {
      case 'hang':
      case 'reset':
        return
      case 'drip': {
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${usual.length}\r\n\r\n`,
        )
        const dripping = setInterval(() => socket.write('{'), deed.everyMs)
        socket.on('close', () => clearInterval(dripping))
        return
      }
      case 'flood': {
        socket.write(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
        )
        const pour = () => {
          while (!socket.destroyed && socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`));
        }
        socket.on('drain', pour)
        pour()
        return
      }
      case 'cut answer': {
        socket.write(whole(200, {}, usual).slice(0, deed.afterBytes), () => socket.resetAndDestroy())
        return
      }
      case 'answer':
        socket.write(
          whole(
            deed.status,
            deed.headers ?? {},
            deed.body ?? (deed.status < 300 ? usual : googleError(deed.status)),
          ),
        )
        return
      default:
        deed satisfies never
    }
  }

  function keep(visit: ChatVisit): void {
    visits.push(visit)
    if (log === undefined) return
    writeSync(log, `${JSON.stringify(visit)}\n`)
    fdatasyncSync(log)
  }
}

interface Visit {
  readonly seen: Pick<ChatVisit, 'at' | 'space' | 'requestId' | 'query'>
  readonly deed: ChatDeed | undefined
  readonly bodyAt: number
  readonly bodyBytes: number
}

/** As Google says it; what else answers does not. */
const googleError = (code: number) =>
  JSON.stringify({ error: { code, message: 'refused', status: googleWords[code] ?? 'UNKNOWN' } })

const googleWords: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
}

function takesMessage(deed: ChatDeed): boolean {
  if (deed.kind === 'reset') return false
  if (deed.kind === 'hang') return deed.takes ?? false
  return deed.kind === 'answer' ? (deed.takes ?? deed.status < 300) : true
}

function whole(status: number, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = Object.entries({
    'content-type': 'application/json; charset=UTF-8',
    'content-length': `${Buffer.byteLength(body)}`,
    ...headers,
  })
  return `HTTP/1.1 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}
