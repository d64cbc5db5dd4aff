import { randomUUIDv7 } from 'node:crypto'
import type { Log } from '@rounds/kernel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type AuditDocument, accountedFor, entryOf } from './audit.ts'

const countedStatuses: readonly number[] = [403, 404, 429]
/** Whoever tries out addresses, or changes their own, must not fill the memory. */
const mostKeys = 5_000

type Counted = Omit<AuditDocument, 'count'> & { count: number }

/**
 * Requests that were refused, added up by who asked, route and minute: one entry says how often. Kept in memory until the minute is
 * written; a process that is killed loses at most that.
 */
export class Refusals {
  #counts = new Map<string, Counted>()
  readonly #auditEntry: (entry: AuditDocument) => Promise<void>
  readonly #now: () => Date

  constructor(auditEntry: (entry: AuditDocument) => Promise<void>, now: () => Date) {
    this.#auditEntry = auditEntry
    this.#now = now
  }

  count(request: FastifyRequest, status: number): void {
    if (!countedStatuses.includes(status)) return
    // The route's pattern, never the URL: what people search for stands in it.
    const { url: route = 'no route' } = request.routeOptions
    const entry = entryOf(request, `request.refused-${status}`, `${request.method} ${route}`, this.#now())
    const who = entry.who === 'anonymous' ? `${entry.who} ${entry.from}` : entry.who
    const key = `${entry.did} ${entry.to} ${who}`
    if (this.#counts.size < mostKeys || this.#counts.has(key)) this.#add(key, entry)
    else this.#add(entry.did, { ...entry, who: 'others', role: 'none', to: 'any route', from: 'any address' })
  }

  /** Writes what was counted. What cannot be written is counted on. */
  async flush(): Promise<void> {
    const counted = [...this.#counts]
    this.#counts = new Map()
    const ends = await Promise.allSettled(
      counted.map(([, entry]) => this.#auditEntry({ ...entry, _id: randomUUIDv7() })),
    )
    for (const [place, [key, entry]] of counted.entries())
      if (ends[place]?.status === 'rejected') this.#add(key, entry, entry.count)
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed) throw failed.reason
  }

  #add(key: string, entry: AuditDocument, times = 1): void {
    const known = this.#counts.get(key)
    if (known) known.count += times
    else this.#counts.set(key, { ...entry, count: times })
  }
}

/** Counts refusals, and takes back what the audit said of an action that then did not happen. */
export function accountForAnswers(
  app: FastifyInstance,
  {
    refusals,
    auditEntry,
    now,
    log,
  }: {
    refusals: Pick<Refusals, 'count'>
    auditEntry: (entry: AuditDocument) => Promise<void>
    now: () => Date
    log: Pick<Log, 'error'>
  },
): void {
  // Before the answer leaves: whoever is told that it failed can read so in the audit.
  app.addHook('onSend', async (request, { statusCode }) => {
    refusals.count(request, statusCode)
    if (statusCode < 400) return
    for (const { did, to } of accountedFor(request)) {
      try {
        await auditEntry(entryOf(request, `${did}.failed`, to, now()))
      } catch (error) {
        log.error({ traceId: request.trace.traceId, error }, 'a failed action could not be written down')
      }
    }
  })
}
