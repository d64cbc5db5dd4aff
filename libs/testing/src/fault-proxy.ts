import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What happens to a connection. `cut` closes both ends, `reset` does so with RST; after `drop` both ends stay open and
 * nothing passes any more; after `half-open` the server is gone and the client is not told.
 */
export type Deed = 'cut' | 'reset' | 'drop' | 'half-open' | { readonly delayMs: number }

/** What to do to a connection, and when. The first rule that matches is the one that is followed. */
export interface FaultRule {
  /** Whose bytes are looked at. `reply`: the client's, but the deed befalls what the server next answers. */
  readonly when: 'client' | 'server' | 'reply'
  /** In the bytes (as latin1), also across packets; or once so many have passed. Absent: at once. */
  readonly match?: RegExp | Buffer | { readonly afterBytes: number }
  /** Absent: nothing happens to the connection; `atHit` is all there is. */
  readonly do?: Deed
  /** Whether the bytes that matched still pass: the deed is done `before` (the usual) or `after` they are forwarded. */
  readonly at?: 'before' | 'after'
  /** How often in all; once if not said. */
  readonly times?: number
  /** Runs at that moment, in the same tick: to kill a process exactly there. */
  readonly atHit?: () => void
}

/** What the proxy has seen; an independent witness of who spoke to whom. */
export interface ProxyCounts {
  readonly connections: number
  readonly open: number
  readonly clientBytes: number
  readonly serverBytes: number
  readonly hits: number
}

export interface FaultProxy {
  readonly port: number
  /** Where new connections lead. */
  lead(port: number): void
  /** Adds a rule, for open and new connections alike; the answer takes it away again. */
  add(rule: FaultRule): () => void
  /** Does it now, to every open connection. Answers to how many. */
  strike(deed: Deed): number
  /** While refused, new connections are reset at once. */
  refuse(isRefused: boolean): void
  counts(): ProxyCounts
  close(): Promise<void>
}

type Side = 'client' | 'server'

interface Line {
  readonly client: Socket
  readonly server: Socket
  isDropped: boolean
  delayMs: number
  awaitsReply: Rule | undefined
  readonly passed: Record<Side, number>
  readonly tail: Record<Side, string>
  readonly queue: Record<Side, Promise<void>>
  /** Packets in the queue. */
  readonly waiting: Record<Side, number>
}

interface Rule extends FaultRule {
  left: number
}

/** As much of what passed as a match may span. */
const tailLength = 512

/**
 * A TCP proxy on the loopback interface that breaks connections on purpose: by what passes, after so many bytes, or when
 * told to. Without rules it is a wire.
 *
 * ```ts
 * const proxy = await faultProxy(mongoPort)
 * proxy.add({ when: 'reply', match: /insert/, do: 'cut' }) // written, and the writer never hears of it
 * ```
 */
export async function faultProxy(target: number): Promise<FaultProxy> {
  let leadsTo = target
  let isRefused = false
  const rules = new Set<Rule>()
  const lines = new Set<Line>()
  const count = { connections: 0, clientBytes: 0, serverBytes: 0, hits: 0 }

  const listener = createServer({ noDelay: true }, (client) => {
    count.connections += 1
    if (isRefused) return void client.on('error', () => {}).resetAndDestroy()
    const server = connect({ port: leadsTo, host: '127.0.0.1', noDelay: true })
    const line: Line = {
      client,
      server,
      isDropped: false,
      delayMs: 0,
      awaitsReply: undefined,
      passed: { client: 0, server: 0 },
      tail: { client: '', server: '' },
      queue: { client: Promise.resolve(), server: Promise.resolve() },
      waiting: { client: 0, server: 0 },
    }
    lines.add(line)
    wire(line, 'client')
    wire(line, 'server')
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')

  return {
    port: (listener.address() as AddressInfo).port,
    lead: (port) => {
      leadsTo = port
    },
    add: (rule) => {
      const kept = { ...rule, left: rule.times ?? 1 }
      rules.add(kept)
      return () => void rules.delete(kept)
    },
    strike: (deed) => {
      const struck = [...lines]
      for (const line of struck) perform(line, deed)
      return struck.length
    },
    refuse: (refused) => {
      isRefused = refused
    },
    counts: () => ({ ...count, open: lines.size }),
    close: async () => {
      for (const { client, server } of lines) for (const end of [client, server]) end.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }

  function wire(line: Line, side: Side) {
    const from = line[side]
    const to = line[side === 'client' ? 'server' : 'client']
    from.on('data', (chunk: Buffer) => {
      const { delayMs } = line
      // What is still on its way goes first, also when the delay is over.
      if (delayMs === 0 && line.waiting[side] === 0) return pass(line, side, chunk)
      line.waiting[side] += 1
      line.queue[side] = line.queue[side]
        .then(() => sleep(delayMs))
        .then(() => {
          line.waiting[side] -= 1
          pass(line, side, chunk)
        })
    })
    from.on('error', () => {})
    to.on('drain', () => from.resume())
    from.on('close', () => {
      // Whoever is left with a dead wire is not told: that is what dropping means.
      if (!line.isDropped) to.destroy()
      if (to.destroyed) lines.delete(line)
    })
  }

  function pass(line: Line, side: Side, chunk: Buffer) {
    line.passed[side] += chunk.byteLength
    count[`${side}Bytes`] += chunk.byteLength
    if (line.isDropped) return
    const rule = ruleFor(line, side, chunk)
    if (!rule) return forward(line, side, chunk)
    count.hits += 1
    if (rule.at === 'after') forward(line, side, chunk)
    rule.atHit?.()
    if (rule.do) perform(line, rule.do)
    if (rule.at !== 'after') forward(line, side, chunk)
  }

  function ruleFor(line: Line, side: Side, chunk: Buffer): Rule | undefined {
    const seen = line.tail[side] + chunk.toString('latin1')
    line.tail[side] = seen.slice(-tailLength)
    if (side === 'server' && line.awaitsReply) {
      const rule = line.awaitsReply
      line.awaitsReply = undefined
      return rule
    }
    for (const rule of rules) {
      const looksAt = rule.when === 'server' ? 'server' : 'client'
      if (looksAt !== side || !isMatch(rule.match, seen, line.passed[side])) continue
      line.tail[side] = ''
      rule.left -= 1
      if (rule.left <= 0) rules.delete(rule)
      if (rule.when !== 'reply') return rule
      line.awaitsReply = rule
      return undefined
    }
    return undefined
  }

  function forward(line: Line, side: Side, chunk: Buffer) {
    const to = line[side === 'client' ? 'server' : 'client']
    if (line.isDropped || to.destroyed) return
    if (!to.write(chunk)) line[side].pause()
  }

  function perform(line: Line, deed: Deed) {
    if (typeof deed === 'object') {
      line.delayMs = deed.delayMs
      return
    }
    if (deed === 'drop' || deed === 'half-open') {
      line.isDropped = true
      if (deed === 'half-open') line.server.destroy()
      return
    }
    for (const end of [line.client, line.server]) {
      if (deed === 'reset') end.resetAndDestroy()
      // What was forwarded before still arrives.
      else end.destroySoon()
    }
  }
}

function isMatch(match: FaultRule['match'], seen: string, passed: number): boolean {
  if (match === undefined) return true
  if (match instanceof RegExp) return match.test(seen)
  if (Buffer.isBuffer(match)) return seen.includes(match.toString('latin1'))
  return passed > match.afterBytes
}
