import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventContract, EventOf, HospitalEvent, PersonDocument, Role } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { testServers } from '@rounds/local-servers'
import { eventMaker, memoryBus } from '@rounds/messaging'
import { mongoStore, outboxRelay, StreamIncarnation } from '@rounds/mongo'
import { authenticate, hashOf } from '../src/auth/authenticate.ts'
import { celeryTasks } from '../src/celery-compat/celery-task-route.ts'
import { ensureIndexes } from '../src/http/indexes.ts'
import type { Principal } from '../src/http/principal.ts'
import { frame } from '../src/http/server.ts'
import { cancelJob } from '../src/jobs/cancel-route.ts'
import { downloadReport } from '../src/jobs/download-route.ts'
import { jobEventHandlers } from '../src/jobs/event-handlers.ts'
import { jobListRoutes } from '../src/jobs/list-routes.ts'
import { type JobDocument, jobIndexes } from '../src/jobs/mongo-job-store.ts'
import { requestReport } from '../src/jobs/request-report-route.ts'
import { retryJob } from '../src/jobs/retry-route.ts'
import { streamJobs } from '../src/live/stream-routes.ts'
import { jobDeps } from './job-deps.ts'

export type JobsWorld = Awaited<ReturnType<typeof jobsWorld>>

/** The gateway's job slices on a real MongoDB, with a bus in memory and people who are their own bearer tokens. */
export async function jobsWorld({
  relay = true,
  beatEveryMs = 15_000,
  rereadEveryMs = 5_000,
  mostOpenJobs = 1_000,
} = {}) {
  const mongoUrl = testServers().freshDatabase()
  const store = mongoStore(mongoUrl, { appName: 'gateway-test' })
  await store.start()
  await ensureIndexes(store, [{ indexes: { jobs: jobIndexes } }])
  const artifactsDir = await mkdtemp(join(tmpdir(), 'rounds-artifacts-'))

  let ahead = 0
  const now = () => new Date(Date.now() + ahead)
  const audited: string[] = []
  const unknown: HospitalEvent[] = []
  const signedOut = new Set<string>()
  const faults = { audit: false }

  const bus = memoryBus()
  const collection = store.collection<JobDocument>('jobs')
  const outbox = outboxRelay({
    name: 'outbox',
    collections: [collection as never],
    bus,
    incarnation: new StreamIncarnation({ stream: 'EVENTS', service: 'gateway', bus, store }),
    log: silent,
    pollEveryMs: 20,
  })
  const audit = async (_: unknown, did: string, to: string) => {
    if (faults.audit) throw new Error('the audit cannot be written')
    audited.push(`${did} ${to}`)
  }
  const deps = {
    ...jobDeps({ store, bus, now, artifactsDir, ring: outbox.ring, rereadEveryMs, mostOpenJobs }),
    mails: { one: async () => undefined },
    campaigns: { one: async () => undefined },
    deliveries: { list: async () => [], tallies: async () => new Map() },
    make: eventMaker('gateway', now),
    audit,
    now,
    log: silent,
    beatEveryMs,
    isSessionValid: async ({ personId }: Principal) => !signedOut.has(personId),
  }
  const { jobs, hub } = deps
  const says = eventMaker('reports', now)

  const app = await frame({
    authenticate: (server) =>
      authenticate(server, {
        resolveSystem: async () => undefined,
        resolvePrincipal: async ({ hash }) =>
          [...everyone.values()].find(({ personId }) => hash === hashOf(personId)),
        publicOrigin: 'http://localhost:8080',
      }),
    isDatabaseAway: () => false,
    log: silent,
    publicUrl: 'http://localhost:8080',
    trustProxy: false,
    requestsPerMinute: 100_000,
  })
  const slices = [requestReport, retryJob, jobListRoutes, streamJobs, cancelJob, celeryTasks, downloadReport]
  for (const slice of slices) await app.register(slice(deps))
  await bus.subscribe(jobEventHandlers({ hear: hub.hear, onUnknown: (event) => unknown.push(event) }))
  await hub.start()
  if (relay) await outbox.start()
  const url = await app.listen({ port: 0, host: '127.0.0.1' })

  const call = (who: string, path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { authorization: `Bearer ${who}`, ...(init.headers as object) } })

  const world = {
    url,
    mongoUrl,
    app,
    store,
    jobs,
    collection,
    people: store.collection<PersonDocument>('people'),
    bus,
    hub,
    outbox,
    audited,
    unknown,
    signedOut,
    faults,
    artifactsDir,
    call,
    later(ms: number) {
      ahead += ms
    },
    get: async (who: string, path: string) => {
      const response = await call(who, path)
      return { status: response.status, headers: response.headers, body: await response.json() }
    },
    post: async (who: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const response = await call(who, path, {
        method: 'POST',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      })
      return { status: response.status, headers: response.headers, body: await response.json() }
    },
    /** Asks for a report and answers its job's id. */
    async ask(
      who: string,
      body: object = { report: who.startsWith('patient') ? 'treatment-history' : 'appointments' },
    ) {
      const { status, body: answer } = await world.post(who, '/v1/reports', body, {
        'idempotency-key': crypto.randomUUID(),
      })
      if (status !== 202) throw new Error(JSON.stringify(answer))
      return answer.jobId as string
    },
    /** Says something as the reports service does, and waits until it was heard. */
    async report<Contract extends EventContract>(contract: Contract, data: EventOf<Contract>['data']) {
      const event = says(contract, data)
      if (!contract.kept) return bus.say(event)
      await bus.publish(event)
      await bus.settled()
    },
    /** Opens a stream of server-sent events. */
    async stream(who: string, path: string, lastEventId?: string) {
      const leaving = new AbortController()
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
      return sse(await call(who, path, { headers, signal: leaving.signal }), leaving)
    },
    async stop() {
      await outbox.stop()
      await hub.stop()
      await app.close()
      await bus.close()
      await store.stop()
      await rm(artifactsDir, { recursive: true, force: true })
    },
  }
  return world
}

const person = (personId: string, role: Role): [string, Principal] => [
  personId,
  {
    personId,
    role,
    language: 'en',
    name: `Name of ${personId}`,
    via: { kind: 'session', sessionId: personId },
  },
]

const everyone = new Map([
  person('admin-1', 'admin'),
  person('ops-1', 'ops'),
  person('doctor-1', 'doctor'),
  person('doctor-2', 'doctor'),
  person('patient-1', 'patient'),
  person('patient-2', 'patient'),
  person('integrator-1', 'integrator'),
])

export interface Told {
  readonly event: string
  readonly id?: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent.
  readonly data: any
}

/** Reads server-sent events as EventSource does. */
function sse(response: Response, leaving: AbortController) {
  const told: Told[] = []
  let text = ''
  let beats = 0
  let wake = () => {}
  let ended = false
  const reading = (async () => {
    for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        if (block.startsWith(':')) beats += 1
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)))
        if (fields.event) told.push({ ...fields, data: JSON.parse(fields.data) } as Told)
      }
      wake()
    }
  })()
    .catch(() => {})
    .finally(() => {
      ended = true
      wake()
    })

  return {
    response,
    told,
    beats: () => beats,
    ended: () => reading,
    /** The first message of this kind, now or soon. */
    async until(found: (told: Told) => boolean, withinMs = 10_000): Promise<Told> {
      const deadline = Date.now() + withinMs
      for (;;) {
        const match = told.find(found)
        if (match) return match
        if (ended || Date.now() > deadline) throw new Error(`never told; but: ${JSON.stringify(told)}`)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 100)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    },
    async close() {
      leaving.abort()
      await reading
    },
  }
}
