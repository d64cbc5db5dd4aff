import { setTimeout as sleep } from 'node:timers/promises'
import { chance } from '@rounds/stack'
import { type RequestLog, requestLog } from './request-log.ts'
import type { Wish } from './wishes.ts'
import { logOf, type World } from './world.ts'

/** People who ask for reports, at a steady rate, and repeat with the same key until they are answered. */
export interface Load {
  readonly log: RequestLog
  readonly unanswered: readonly string[]
  /** Milliseconds of each answer that was a 2xx. */
  readonly latencies: readonly number[]
  /** How often somebody had to repeat. */
  repeats(): number
  isSending(): boolean
  readonly sent: Promise<void>
  /** Sends one at once. */
  one(): Promise<string | undefined>
}

export interface LoadPlan {
  readonly row: string
  readonly jobs: number
  readonly perSecond: number
  /** How long one person repeats. */
  readonly patienceMs?: number
}

export async function startLoad(world: World, plan: LoadPlan): Promise<Load> {
  const { row, jobs, perSecond, patienceMs = 90_000 } = plan
  const log = await requestLog(logOf(world, row))
  const luck = chance(world.seed)
  const unanswered: string[] = []
  const latencies: number[] = []
  let count = 0
  let repeats = 0
  let isSending = true
  const sent = send()

  return { log, unanswered, latencies, repeats: () => repeats, isSending: () => isSending, sent, one }

  async function send() {
    const startedAt = performance.now()
    const underWay = new Set<Promise<unknown>>()
    for (let index = 0; index < jobs; index += 1) {
      const wait = startedAt + (index * 1_000) / perSecond - performance.now()
      if (wait > 0) await sleep(wait)
      const asking = one().finally(() => underWay.delete(asking))
      underWay.add(asking)
      // Nobody asks without end while nobody answers.
      if (underWay.size > 500) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    isSending = false
  }

  async function one(): Promise<string | undefined> {
    count += 1
    const key = `${row}-${world.seed}-${count}`
    const wish = luck.pick(world.wishes)
    const giveUpAt = performance.now() + patienceMs
    while (performance.now() < giveUpAt) {
      const jobId = await ask(key, wish)
      if (jobId !== undefined) return jobId
      repeats += 1
      await sleep(100 + Math.random() * 400)
    }
    unanswered.push(key)
    return undefined
  }

  async function ask(key: string, wish: Wish): Promise<string | undefined> {
    const since = performance.now()
    try {
      const answer = await world.admin.raw('/v1/reports', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(wish.request),
        signal: AbortSignal.timeout(15_000),
      })
      const said = await answer.text()
      // Too many, or nobody there: as any client would, we come again. Anything else is a bug of ours.
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
        throw new TypeError(`POST /v1/reports answered ${answer.status}: ${said}`)
      if (!answer.ok) return undefined
      latencies.push(performance.now() - since)
      const { jobId } = JSON.parse(said) as { jobId: string }
      await log.write({ key, jobId, wish: wish.name, at: Date.now() })
      return jobId
    } catch (error) {
      if (error instanceof TypeError && error.message.startsWith('POST')) throw error
      return undefined
    }
  }
}
