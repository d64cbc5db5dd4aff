import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type Dispatcher, Pool } from 'undici'
import { answering } from '../../peers/node/answering.mjs'
import { percentile } from '../statistics.ts'

/** What is asked again and again. */
export interface Load {
  readonly origin: string
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  /** How long; an answer under way is waited for. */
  readonly seconds: number
  /** As fast as answers come over so many connections, or so many a second whatever comes. */
  readonly connections?: number
  readonly perSecond?: number
}

export interface Loaded {
  readonly requests: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Answers that were no 2xx, by what they were. */
  readonly refused: Readonly<Record<string, number>>
  readonly latenciesMs: readonly number[]
}

// A process of its own: whoever is measured must not wait for the one who measures.
await answering(run)

async function run(load: Load): Promise<Loaded> {
  const latenciesMs: number[] = []
  const refused: Record<string, number> = {}
  const since = performance.now()
  await (load.perSecond === undefined ? closed() : open(load.perSecond))
  const seconds = (performance.now() - since) / 1_000
  return {
    requests: latenciesMs.length,
    perSecond: latenciesMs.length / seconds,
    p50Ms: latenciesMs.length > 0 ? percentile(latenciesMs, 0.5) : 0,
    p99Ms: latenciesMs.length > 0 ? percentile(latenciesMs, 0.99) : 0,
    refused,
    latenciesMs: load.perSecond === undefined ? [] : latenciesMs,
  }

  /** One after the other on each connection. */
  async function closed(): Promise<void> {
    const until = since + load.seconds * 1_000
    const callers = Array.from({ length: load.connections ?? 16 }, async (_, place) => {
      // Each from an address of its own: the door allows only so much from one.
      const client = new Client(load.origin, { localAddress: `127.0.0.${place + 2}` })
      while (performance.now() < until) await one(client, performance.now())
      await client.close()
    })
    await Promise.all(callers)
  }

  /** At fixed instants. A late answer counts from when its question was due, so nobody profits from being waited for. */
  async function open(perSecond: number): Promise<void> {
    const pool = new Pool(load.origin, { connections: 64, headersTimeout: 0, bodyTimeout: 0 })
    const going: Promise<void>[] = []
    for (let place = 0; place < load.seconds * perSecond; place++) {
      const due = since + (place / perSecond) * 1_000
      const early = due - performance.now()
      if (early > 0) await sleep(early)
      going.push(one(pool, due))
    }
    await Promise.all(going)
    await pool.close()
  }

  async function one(through: Dispatcher, since: number): Promise<void> {
    const { path, method, headers, body } = load
    try {
      const answer = await through.request({
        path,
        method,
        headers: {
          ...headers,
          ...(method === 'POST'
            ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
            : {}),
        },
        body: body === undefined ? null : JSON.stringify(body),
      })
      await answer.body.dump()
      if (answer.statusCode < 300) latenciesMs.push(performance.now() - since)
      else refused[answer.statusCode] = (refused[answer.statusCode] ?? 0) + 1
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'error'
      refused[code] = (refused[code] ?? 0) + 1
    }
  }
}
