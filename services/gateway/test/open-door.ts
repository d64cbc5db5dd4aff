import { randomBytes } from 'node:crypto'
import { webhookKeyring } from '@rounds/chat'
import type { AppointmentDocument, DepartmentDocument, PersonDocument, Role } from '@rounds/contracts'
import { isDatabaseAway, mongoStore, type WithOutbox } from '@rounds/ledger'
import { eventMaker, memoryBus } from '@rounds/messaging'
import { silent } from '@rounds/service-kit'
import { anAppointment, aPerson } from '@rounds/testing'
import { Decimal128 } from 'mongodb'
import { buildApp, type DoorDeps } from '../src/app.ts'
import { hashOf, sessionCookie } from '../src/authenticate.ts'
import type { KeptDelivery } from '../src/deliveries.ts'
import { type AccountDocument, mongoAccounts } from '../src/mongo-accounts.ts'
import { mongoAppointments } from '../src/mongo-appointments.ts'
import { mongoAudit, type WithAuditsDue } from '../src/mongo-audit.ts'
import { mongoChat } from '../src/mongo-chat.ts'
import { mongoDeadLetters } from '../src/mongo-dead-letters.ts'
import { mongoHistory } from '../src/mongo-history.ts'
import { mongoHistoryAccess } from '../src/mongo-history-access.ts'
import { ensureIndexes } from '../src/mongo-indexes.ts'
import { mongoEventResults, mongoIntake, mongoSystems } from '../src/mongo-intake.ts'
import { mongoLoginThrottle } from '../src/mongo-login-throttle.ts'
import { mongoMail } from '../src/mongo-mail.ts'
import { mongoDepartments, mongoPeople } from '../src/mongo-people.ts'
import { mongoSessions } from '../src/mongo-sessions.ts'
import { mongoSignInLinks } from '../src/mongo-sign-in-links.ts'
import { mongoTokens } from '../src/mongo-tokens.ts'
import type { KeptPost } from '../src/posts.ts'
import { rememberingWhoAsks } from '../src/principal-memory.ts'
import { Refusals } from '../src/refusals.ts'
import type { Alarm } from '../src/sign-in/login-throttle.ts'
import { hashPassword } from '../src/sign-in/password.ts'
import { auditKeys, jobDeps } from './job-deps.ts'

export const password = 'correct horse'
export const linkSecret = 'a secret of links'

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

type Setting = Partial<Pick<DoorDeps, 'publicUrl' | 'webPages' | 'trustProxy' | 'requestsPerMinute'>> & {
  readonly demo?: boolean
  readonly eventsPerMinute?: number
  readonly approvalLimit?: number
}

/** The whole door on a database of its own, with a small hospital in it and a clock that can be turned. */
export async function openDoor(mongoUrl: string, setting: Setting = {}) {
  let ahead = 0
  const now = () => new Date(Date.now() + ahead)
  const store = mongoStore(mongoUrl, { appName: 'gateway-test' })
  await store.start()
  await ensureIndexes(store)

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

  const alarms: Alarm[] = []
  const accounts = mongoAccounts(store)
  const { patientsTreated } = mongoHistoryAccess(store, now, 'Asia/Kolkata')
  const sessions = mongoSessions(store, now)
  const tokens = mongoTokens(store, now)
  const deadLetters = mongoDeadLetters(store, () => {})
  const history = mongoHistory(store)
  const { doctorsOf: _, ...chat } = mongoChat(store, now, () => {})
  const audit = mongoAudit(store, now, auditKeys)
  const refusals = new Refusals(audit.auditEntry, now)
  const app = await buildApp({
    isDatabaseAway,
    log: silent,
    now,
    make: eventMaker('gateway', now),
    publicNatsUrls: ['nats://localhost:4222'],
    publicUrl: 'http://localhost:8080',
    trustProxy: false,
    requestsPerMinute: 100_000,
    eventsPerMinute: 100_000,
    longestVisitMinutes: 240,
    openVisitBounds: { ofPatient: 10, withDoctor: 5 },
    demo: true,
    hospital: 'Test hospital',
    zone: 'Asia/Kolkata',
    ...rememberingWhoAsks({ sessions, tokens, people: mongoPeople(store, patientsTreated) }, now),
    accounts,
    loginThrottle: mongoLoginThrottle(store),
    signInLinks: mongoSignInLinks(store),
    deviceSecret: 'a secret of the tests',
    linkSecret,
    onLinkFailed(error) {
      throw error
    },
    onSignInAlarm: (alarm) => void alarms.push(alarm),
    personById: accounts.personById,
    ...audit,
    refusals,
    systems: mongoSystems(store),
    systemBehind: mongoSystems(store).behind,
    eventResults: mongoEventResults(store),
    intake: mongoIntake(store, now, () => {}, auditKeys),
    departments: mongoDepartments(store),
    appointments: mongoAppointments(store, now, () => {}),
    ...mongoMail(store, { now, rung: () => {}, zone: 'Asia/Kolkata' }),
    ...chat,
    keyring: webhookKeyring(chatKeys),
    chatSinkOrigin: 'http://127.0.0.1:8090',
    approvalLimit: 3,
    mailRules: { quietHours: { from: '00:00', until: '00:00' }, cap: 3, windowMs: 7 * 24 * 3_600_000 },
    uploadMaxBytes: 1_000_000,
    uploadMaxRows: 3_000,
    attachmentMaxBytes: 1_000_000,
    unsubscribeKeys,
    deadLetters,
    history,
    ...jobDeps({ store, bus: memoryBus(), now, artifactsDir: '/nowhere' }),
    ...setting,
  })

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

type App = Awaited<ReturnType<typeof buildApp>>
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
