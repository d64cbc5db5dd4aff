import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/**
 * Where in a conversation something may happen: before the greeting, at a command and instead of its answer, while the text
 * arrives, after the whole of it and before the answer (`dot`), or right after that answer was written (`answered`).
 */
export type SmtpPosition =
  | 'greeting'
  | 'EHLO'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'text'
  | 'dot'
  | 'answered'

/** `reset` ends the connection with RST, `close` politely; after `hang` nothing comes any more; `dripMs` answers byte by byte. */
export type SmtpDeed = 'reset' | 'close' | 'hang' | { readonly reply: string } | { readonly dripMs: number }

/** What is known when it is decided whether something happens. */
export interface SmtpMoment {
  readonly position: SmtpPosition
  /** Counts connections from 1. */
  readonly connection: number
  /** Texts taken on this connection so far. */
  readonly texts: number
  /** Of the text, so far. */
  readonly bytes: number
  readonly to: readonly string[]
}

/** What happens, where, and how often; once if not said. */
export interface SmtpFault {
  readonly at: SmtpPosition
  readonly do: SmtpDeed
  readonly times?: number
  /** Only once so many bytes of the text have arrived. */
  readonly afterBytes?: number
  /** Only for this recipient. */
  readonly to?: string
}

/** One text that arrived whole: whoever sent it may have been told, or not. */
export interface SunkMail {
  /** Of the header `X-Delivery-Key`; empty without one. */
  readonly key: string
  readonly messageId: string
  readonly from: string
  readonly to: readonly string[]
  readonly at: number
  readonly bytes: number
  /** Whether the sink took it; not when it answered with a refusal. */
  readonly isTaken: boolean
  /** Whether `250` went out. Without it nobody can know but the sink. */
  readonly isAnswered: boolean
  /** Empty unless texts are kept. */
  readonly text: string
}

export interface SmtpSink {
  readonly port: number
  readonly url: string
  /** Every text that arrived whole, in order. */
  readonly mails: readonly SunkMail[]
  /** Those that the sink took. */
  taken(): readonly SunkMail[]
  connections(): number
  /** Connections that are open at this moment. */
  open(): number
  /** Adds a fault; the answer takes it away again. */
  add(fault: SmtpFault): () => void
  /** Asked at every position where no added fault applies; for faults by chance. */
  decide(deed: (moment: SmtpMoment) => SmtpDeed | undefined): void
  /** While it is away, new connections are reset and nobody answers. */
  away(isAway: boolean): void
  close(): Promise<void>
}

export interface SmtpSinkOptions {
  /** 0 takes a free one. */
  readonly port?: number
  /** Each text is written here, a line of JSON each, and synced before it is answered: the witness. */
  readonly log?: string
  readonly keepTexts?: boolean
  /** The only login that is let in; absent: no login is asked for. */
  readonly auth?: { readonly user: string; readonly pass: string }
  readonly size?: number
  /** Absent: it speaks in the clear only. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly from: 'STARTTLS' | 'the first byte' }
}

interface Session {
  socket: Socket
  readonly number: number
  pending: Buffer
  /** Chunks of the text that is arriving; absent between texts. */
  text: Buffer[] | undefined
  textBytes: number
  /** The last bytes of the text so far: its end may lie across two chunks. */
  tail: Buffer
  from: string
  to: string[]
  texts: number
  isHung: boolean
}

/**
 * A mail server on the loopback interface that keeps what it is given and can misbehave at every position of the protocol.
 *
 * ```ts
 * const sink = await smtpSink()
 * sink.add({ at: 'dot', do: 'reset' }) // it has the whole text, and its sender never hears of it
 * ```
 */
export async function smtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const { log, keepTexts = true, auth, size = 25_000_000, tls } = options
  const mails: SunkMail[] = []
  const faults = new Set<SmtpFault & { left: number }>()
  const sockets = new Set<Socket>()
  const file = log === undefined ? undefined : openSync(log, 'a')
  /** Answers that wait until what they answer is on disk. */
  let unsynced: (() => void)[] = []
  let deedBy: (moment: SmtpMoment) => SmtpDeed | undefined = () => undefined
  let connections = 0
  let isAway = false

  const commands: Readonly<Record<string, (session: Session, line: string) => void>> = {
    EHLO: hello,
    HELO: hello,
    AUTH: (session, line) =>
      answer(session, 'AUTH', isLetIn(line) ? '235 2.7.0 welcome' : '535 5.7.8 who are you'),
    MAIL(session, line) {
      session.from = between(line)
      session.to = []
      answer(session, 'MAIL', '250 2.1.0 ok')
    },
    RCPT(session, line) {
      session.to.push(between(line))
      answer(session, 'RCPT', '250 2.1.5 ok', () => session.to.pop())
    },
    DATA: invite,
    RSET(session) {
      session.to = []
      write(session, '250 2.0.0 ok')
    },
    STAR(session) {
      const { socket } = session
      if (tls?.from !== 'STARTTLS' || socket instanceof TLSSocket) return write(session, '502 5.5.1 no TLS')
      write(session, '220 2.0.0 go ahead')
      socket.removeAllListeners('data')
      attend(session, secured(socket))
    },
    NOOP: (session) => write(session, '250 2.0.0 ok'),
    QUIT: (session) => void session.socket.end('221 2.0.0 bye\r\n'),
  }

  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1
    socket.on('error', () => {})
    if (isAway) return void socket.resetAndDestroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const spoken = tls?.from === 'the first byte' ? secured(socket) : socket
    const session: Session = {
      socket: spoken,
      number: connections,
      pending: Buffer.alloc(0),
      text: undefined,
      textBytes: 0,
      tail: lineEnd,
      from: '',
      to: [],
      texts: 0,
      isHung: false,
    }
    attend(session, spoken)
    answer(session, 'greeting', '220 sink.example.test ESMTP')
  })
  await listen(server, options.port ?? 0)
  const { port } = server.address() as AddressInfo

  return {
    port,
    url: `${tls?.from === 'the first byte' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    mails,
    taken: () => mails.filter(({ isTaken }) => isTaken),
    connections: () => connections,
    open: () => sockets.size,
    add(fault) {
      const kept = { ...fault, left: fault.times ?? 1 }
      faults.add(kept)
      return () => void faults.delete(kept)
    },
    decide(deed) {
      deedBy = deed
    },
    away(away) {
      isAway = away
      if (away) for (const socket of sockets) socket.resetAndDestroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      if (file !== undefined) closeSync(file)
    },
  }

  function attend(session: Session, socket: Socket): void {
    session.socket = socket
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      if (!session.isHung) take(session, chunk)
    })
  }

  function secured(socket: Socket): TLSSocket {
    return new TLSSocket(socket, { isServer: true, key: tls?.key, cert: tls?.cert })
  }

  /** Reads on: commands line by line, a text until its dot. */
  function take(session: Session, chunk: Buffer): void {
    let rest = session.pending.length > 0 ? Buffer.concat([session.pending, chunk]) : chunk
    session.pending = Buffer.alloc(0)
    while (rest.length > 0 && !session.isHung && !session.socket.destroyed) {
      if (session.text) {
        rest = takeText(session, session.text, rest)
        continue
      }
      const end = rest.indexOf('\r\n')
      if (end < 0) {
        session.pending = rest
        return
      }
      const line = rest.toString('latin1', 0, end)
      rest = rest.subarray(end + 2)
      obey(session, line)
    }
  }

  function takeText(session: Session, text: Buffer[], chunk: Buffer): Buffer {
    const seen = Buffer.concat([session.tail, chunk])
    const end = seen.indexOf('\r\n.\r\n')
    const mine = end < 0 ? chunk : chunk.subarray(0, end + 5 - session.tail.length)
    session.tail = seen.subarray(-4)
    session.textBytes += mine.length
    text.push(mine)
    if (happens(session, 'text')) return Buffer.alloc(0)
    if (end < 0) return Buffer.alloc(0)
    session.text = undefined
    session.texts += 1
    finish(session, Buffer.concat(text).toString('latin1'))
    return chunk.subarray(mine.length)
  }

  function finish(session: Session, text: string): void {
    const deed = deedAt(session, 'dot')
    const isRefused = typeof deed === 'object' && 'reply' in deed && /^[45]/.test(deed.reply)
    const mail = {
      key: header(text, 'X-Delivery-Key'),
      messageId: header(text, 'Message-ID'),
      from: session.from,
      to: session.to,
      at: Date.now(),
      bytes: session.textBytes,
      isTaken: !isRefused,
      isAnswered: false,
      text: keepTexts ? text : '',
    }
    mails.push(mail)
    session.to = []
    const tell = () => {
      if (isInstead(deed)) perform(session, deed)
      else {
        write(session, '250 2.0.0 taken', deed, () => {
          mail.isAnswered = true
        })
        happens(session, 'answered')
      }
    }
    if (file === undefined) tell()
    else {
      writeSync(file, `${JSON.stringify({ ...mail, text: undefined })}\n`)
      if (unsynced.push(tell) === 1) setImmediate(sync, file)
    }
  }

  /** One sync for all that arrived together. */
  function sync(descriptor: number): void {
    const waiting = unsynced
    unsynced = []
    fdatasyncSync(descriptor)
    for (const tell of waiting) tell()
  }

  function obey(session: Session, line: string): void {
    const command = commands[line.slice(0, 4).toUpperCase()]
    if (command) command(session, line)
    else write(session, '502 5.5.1 unknown')
  }

  function hello(session: Session): void {
    const isClear = !(session.socket instanceof TLSSocket)
    const extensions = [
      'PIPELINING',
      '8BITMIME',
      'ENHANCEDSTATUSCODES',
      ...(auth ? ['AUTH PLAIN'] : []),
      ...(tls?.from === 'STARTTLS' && isClear ? ['STARTTLS'] : []),
    ]
    const lines = ['250-sink.example.test', ...extensions.map((one) => `250-${one}`), `250 SIZE ${size}`]
    answer(session, 'EHLO', lines.join('\r\n'))
  }

  function invite(session: Session): void {
    if (session.to.length === 0) write(session, '503 5.5.1 no recipient')
    else
      answer(session, 'DATA', '354 go on', undefined, () => {
        session.text = []
        session.textBytes = 0
        session.tail = lineEnd
      })
  }

  function answer(
    session: Session,
    position: SmtpPosition,
    reply: string,
    onRefused?: () => void,
    onGranted?: () => void,
  ) {
    const deed = deedAt(session, position)
    if (isInstead(deed)) {
      onRefused?.()
      perform(session, deed)
    } else {
      onGranted?.()
      write(session, reply, deed)
    }
  }

  /** Does what is to happen here; answers whether something did. */
  function happens(session: Session, position: SmtpPosition): boolean {
    const deed = deedAt(session, position)
    if (deed !== undefined) perform(session, deed)
    return deed !== undefined
  }

  function deedAt(session: Session, position: SmtpPosition): SmtpDeed | undefined {
    const { number: connection, texts, textBytes: bytes, to } = session
    for (const fault of faults) {
      const isHere = fault.at === position && bytes >= (fault.afterBytes ?? 0)
      if (!isHere || (fault.to !== undefined && !to.includes(fault.to))) continue
      fault.left -= 1
      if (fault.left <= 0) faults.delete(fault)
      return fault.do
    }
    return deedBy({ position, connection, texts, bytes, to })
  }

  function perform(session: Session, deed: SmtpDeed): void {
    if (typeof deed === 'object') {
      if ('reply' in deed) write(session, deed.reply)
      return
    }
    session.isHung = true
    // Nothing more is taken either, or the whole text would have left all the same.
    if (deed === 'hang' && session.text) session.socket.pause()
    if (deed === 'reset') session.socket.resetAndDestroy()
    if (deed === 'close') session.socket.end()
  }

  function write(session: Session, reply: string, slowly?: SmtpDeed, then?: () => void): void {
    const { socket } = session
    const line = `${reply}\r\n`
    if (typeof slowly === 'object' && 'dripMs' in slowly) drip(socket, line, slowly.dripMs, then)
    else socket.write(line, (error) => (error ? undefined : then?.()))
  }

  function isLetIn(line: string): boolean {
    const [, , given = ''] = line.split(' ')
    return auth === undefined || given === Buffer.from(`\0${auth.user}\0${auth.pass}`).toString('base64')
  }
}

/** Whether it happens instead of the usual answer, and not only to it. */
const isInstead = (deed: SmtpDeed | undefined): deed is Exclude<SmtpDeed, { dripMs: number }> =>
  deed !== undefined && !(typeof deed === 'object' && 'dripMs' in deed)

function drip(socket: Socket, text: string, everyMs: number, then?: () => void): void {
  if (socket.destroyed) return
  socket.write(text.slice(0, 1))
  if (text.length === 1) then?.()
  else setTimeout(() => drip(socket, text.slice(1), everyMs, then), everyMs).unref()
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}

const lineEnd = Buffer.from('\r\n')

/** The address in `MAIL FROM:<…>` and `RCPT TO:<…>`. */
const between = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? ''

function header(text: string, name: string): string {
  const head = text.slice(0, text.indexOf('\r\n\r\n') + 2)
  return new RegExp(`^${name}: (.*)\r$`, 'im').exec(head)?.[1] ?? ''
}
