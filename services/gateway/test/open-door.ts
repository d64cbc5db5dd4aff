import { randomBytes } from 'node:crypto'
import type { AppointmentDocument, DepartmentDocument, PersonDocument, Role } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { eventMaker, memoryBus } from '@rounds/messaging'
import { mongoStore, type WithOutbox } from '@rounds/mongo'
import { metrics } from '@rounds/service'
import { anAppointment, aPerson } from '@rounds/testing'
import { Decimal128 } from 'mongodb'
import type { WithAuditsDue } from '../src/audit/mongo-audit.ts'
import { hashOf, sessionCookie } from '../src/auth/authenticate.ts'
import type { Alarm } from '../src/auth/login-throttle.ts'
import type { AccountDocument } from '../src/auth/mongo-accounts.ts'
import { mongoSessions } from '../src/auth/mongo-sessions.ts'
import { hashPassword } from '../src/auth/password.ts'
import type { KeptPost } from '../src/chat/posts.ts'
import { type GatewayConfig, loadConfig } from '../src/config.ts'
import { mongoDeadLetters } from '../src/dead-letters/mongo-dead-letter-store.ts'
import type { WebPages } from '../src/http/static-files.ts'
import type { KeptDelivery } from '../src/mail/deliveries.ts'
import { buildGateway } from '../src/main.ts'
import { mongoHistory } from '../src/traces/mongo-event-log.ts'
import { auditSigningKey } from './job-deps.ts'

export const password = 'correct horse'
export const linkSecret = 'a secret of links, thirty-two characters'

export const unsubscribeKeys = { current: 'k1', secrets: { k1: 'a secret', k0: 'another' } }

export const chatKeys = `k1:${Buffer.alloc(32, 1).toString('base64')}`

/** Who is in the test hospital, by identifier; each signs in as `<identifier>@example.test`. */
const roles: Readonly<Record<string, Role>> = {
  asha: 'admin',
  nils: 'admin',
  vera: 'admin',
  om: 'ops',
  links: 'integrator',
  rao: 'doctor',
  khan: 'doctor',
  ada: 'patient',
  bina: 'patient',
}

/** Configuration that a test wants otherwise. */
type Setting = Partial<GatewayConfig> & { readonly webPages?: WebPages }

const configFor = (mongoUrl: string, setting: Partial<GatewayConfig>): GatewayConfig => ({
  ...loadConfig({
    MONGO_URL: mongoUrl,
    NATS_URL: 'nats://localhost:4222',
    NATS_PASSWORD: 'unused',
    ARTIFACTS_DIR: '/nowhere',
    LINK_SIGNING_KEY: linkSecret,
    AUDIT_SIGNING_KEY: 'x'.repeat(32),
    WEBHOOK_ENCRYPTION_KEYS: chatKeys,
    CHAT_SINK_URL: 'http://127.0.0.1:8090',
    HOSPITAL_NAME: 'Test hospital',
    DEMO: 'true',
    APPROVAL_LIMIT: '3',
    REQUESTS_PER_MINUTE: '100000',
    EVENTS_PER_MINUTE: '100000',
    QUIET_FROM: '00:00',
    QUIET_UNTIL: '00:00',
    MAIL_FREQUENCY_CAP: '3',
    UPLOAD_LIMIT_MB: '1',
    ATTACHMENT_LIMIT_MB: '1',
    OPEN_JOBS_PER_PERSON: '1000',
  }),
  AUDIT_SIGNING_KEY: auditSigningKey,
  uploadMaxRows: 3_000,
  unsubscribeKeys,
  ...setting,
})

/** The whole door on a database of its own, with a small hospital in it and a clock that can be turned. */
export async function createTestServer(mongoUrl: string, { webPages, ...setting }: Setting = {}) {
  let ahead = 0
  const now = () => new Date(Date.now() + ahead)
  const store = mongoStore(mongoUrl, { appName: 'gateway-test' })
  await store.start()
  const alarms: Alarm[] = []
  const service = {
    config: configFor(mongoUrl, setting),
    log: {
      ...silent,
      warn(fields: object, message: string) {
        const { reason, count } = fields as { reason: Alarm['of']; count: number }
        if (message === 'passwords are being guessed') alarms.push({ of: reason, tries: count })
      },
    },
    now,
    make: eventMaker('gateway', now),
    store,
    bus: memoryBus(),
    connection: new Promise<never>(() => {}),
    outbox: { ring() {}, hand() {} },
    metrics: metrics('gateway'),
  }
  const { app, ensureIndexes, refusals } = await buildGateway(service, webPages)
  await ensureIndexes()

  const appointments = store.collection<AppointmentDocument & Partial<WithOutbox> & WithAuditsDue>(
    'appointments',
  )
  const deliveries = store.collection<KeptDelivery>('deliveries')
  const passwordHash = await hashPassword(password)
  const ids = Object.keys(roles)
  await store.collection<DepartmentDocument>('departments').insertMany([
    { _id: 'heart', name: 'Cardiology', active: true, version: 1 },
    { _id: 'closed', name: 'Old wing', active: false, version: 1 },
  ])
  await store.collection<PersonDocument>('people').insertMany(ids.map(person))
  await store.collection<AccountDocument>('accounts').insertMany(
    ids.map((personId) => ({
      _id: `${personId}@example.test`,
      personId,
      role: roles[personId] ?? 'patient',
      passwordHash,
      active: true,
      demo: true as const,
    })),
  )

  const sessions = mongoSessions(store, now)
  const deadLetters = mongoDeadLetters(store, () => {})
  const history = mongoHistory(store)

  return {
    app,
    refusals,
    store,
    now,
    deadLetters,
    history,
    alarms,
    wait: (ms: number) => {
      ahead += ms
    },
    anyone: asking(app, {}),
    /** Signed in by a session that was put there, since checking a password takes its time. */
    async as(personId: string) {
      const secret = randomBytes(32).toString('base64url')
      await sessions.start(hashOf(secret), personId, now())
      return asking(app, { cookie: `${sessionCookie}=${secret}` })
    },
    async withAppointment(change: Partial<AppointmentDocument> = {}) {
      const document = { ...appointment(now()), ...change }
      await appointments.insertOne({ ...document, outbox: [] })
      return document._id
    },
    async withDelivery(delivery: KeptDelivery) {
      await deliveries.insertOne(delivery)
      return delivery._id
    },
    async withPost(post: KeptPost) {
      await store.collection<KeptPost>('posts').insertOne(post)
      return post._id
    },
    appointmentOf: (id: string) => appointments.findOne({ _id: id }),
    async audited() {
      const entries = await store
        .collection<{ _id: string; did: string; who: string; to: string }>('audit')
        .find()
        .toArray()
      return entries.map(({ did, who, to }) => `${who} ${did} ${to}`)
    },
    async close() {
      await app.close()
      await store.stop()
    },
  }
}

type App = Awaited<ReturnType<typeof buildGateway>>['app']
type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

function asking(app: App, always: Record<string, string>) {
  return async (method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await app.inject({
      method,
      url,
      headers: { ...always, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    const isJson = /[/+]json/.test(String(answer.headers['content-type']))
    return { status: answer.statusCode, headers: answer.headers, body: isJson ? answer.json() : answer.body }
  }
}

function person(id: string): PersonDocument {
  const kind = roles[id] === 'doctor' ? 'doctor' : roles[id] === 'patient' ? 'patient' : 'staff'
  return aPerson({
    _id: id,
    kind,
    name: names[id] ?? id,
    number: `${kind.slice(0, 1).toUpperCase()}-${id}`,
    ...(kind === 'doctor' ? { departmentId: 'heart' } : {}),
  })
}

const names: Readonly<Record<string, string>> = {
  ada: 'Ada Rao (junior)',
  bina: 'Bina',
  rao: 'Dr. Rao',
  khan: 'Dr. Khan',
}

/** A draft that an admin may send, to the patients of the test hospital who read English. */
export const aCampaign = {
  name: 'Opening hours',
  template: 'announcement',
  purpose: 'administrative',
  audience: { kind: 'people', role: 'patient', language: 'en' },
  texts: { en: { subject: 'Opening hours', body: 'Dear {{ recipientName }},\n\nwe open at eight.' } },
} as const

let delivered = 0

/** Ada's, sent, unless it is said otherwise. */
export function aDelivery({
  input,
  outcome,
  ...change
}: {
  input?: Partial<KeptDelivery['input']>
  outcome?: Partial<NonNullable<KeptDelivery['outcome']>>
} & Partial<Omit<KeptDelivery, 'input' | 'outcome'>> = {}): KeptDelivery {
  delivered++
  const at = new Date(1_770_000_000_000 + delivered * 1_000)
  return {
    _id: `delivery-${delivered}`,
    state: 'done',
    fence: 1,
    attempts: 1,
    cancelAsked: false,
    nextAttemptAt: at,
    acceptedAt: at,
    settledAt: at,
    input: {
      batchId: 'batch',
      batch: 'campaign',
      lane: 'bulk',
      purpose: 'administrative',
      template: 'announcement',
      templateVersion: 1,
      occasion: 'batch',
      recipient: { kind: 'person', id: 'ada', name: 'Ada Rao (junior)', number: 'P-ada' },
      language: 'en',
      cause: { correlationid: 'trace' },
      ...input,
    },
    outcome: { kind: 'sent', to: 'ada@example.test', subject: 'Opening hours', decisions: [], ...outcome },
    ...change,
  }
}

let posted = 0

/** Posted in the space `heart`, about nobody's appointment, unless it is said otherwise. */
export function aPost({
  input,
  outcome,
  ...change
}: {
  input?: Partial<KeptPost['input']>
  outcome?: Partial<NonNullable<KeptPost['outcome']>>
} & Partial<Omit<KeptPost, 'input' | 'outcome'>> = {}): KeptPost {
  posted++
  const at = new Date(1_770_000_000_000 + posted * 1_000)
  const isOver = change.state === undefined || outcome !== undefined
  return {
    _id: `post-${posted}`,
    state: 'done',
    fence: 1,
    attempts: 1,
    acceptedAt: at,
    settledAt: at,
    input: {
      spaceId: 'heart',
      kind: 'news',
      news: 'appointment.checked',
      appointmentId: 'appointment',
      appointmentVersion: 2,
      at,
      cause: { correlationid: 'trace' },
      ...input,
    },
    ...(isOver ? { outcome: { kind: 'posted', ...(outcome ? {} : { postedAt: at }), ...outcome } } : {}),
    ...change,
  }
}

let made = 0

/** Ada's with Dr. Rao, an hour ago. */
function appointment(now: Date): AppointmentDocument {
  made++
  return anAppointment({
    _id: `appointment-${made}`,
    startsAt: new Date(now.getTime() - 3_600_000),
    patient: { id: 'ada', name: 'Ada Rao (junior)', number: 'P-ada' },
    fee: Decimal128.fromString('250.50'),
  })
}
