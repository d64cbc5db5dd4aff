import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  type AppointmentDocument,
  type BatchInput,
  type BatchProgress,
  type CampaignDocument,
  type DeliveryInput,
  type DeliveryOutcome,
  deliveryStateOf,
  type PersonDocument,
} from '@rounds/contracts'
import { openLedger, type WorkDocument } from '@rounds/ledger'
import { compiledBefore, endWithParent, freePorts, testServers } from '@rounds/local-servers'
import { deliveryKeys } from '@rounds/mail'
import { makeViews, mongoStore, type WithOutbox } from '@rounds/mongo'
import { aPerson, type SmtpSinkOptions, smtpSink } from '@rounds/testing'
import { Decimal128 } from 'mongodb'
import { deliverySorting } from '../src/delivery-work.ts'
import { mongoDeliveries } from '../src/mongo-deliveries.ts'
import { deliveryMaker, type Wanted } from '../src/new-delivery.ts'
import { anAnnouncement, aReminder } from './wanted.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const secret = 'a secret of the tests, long enough to be one'

/** A database, a mail server that can fail, and as many mailers as a test starts, each a process of its own. */
export type MailerWorld = Awaited<ReturnType<typeof openMailerWorld>>

/**
 * Mailers run without a broker here: what was written down has to be found without a bell. What they hear is shown by the stories in
 * `tests/`.
 */
export async function openMailerWorld(options: SmtpSinkOptions = {}) {
  const url = testServers().freshDatabase()
  const sink = await smtpSink(options)
  const store = mongoStore(url, { appName: 'mailer-test' })
  const deliveries = openLedger<DeliveryInput, DeliveryOutcome>(store, 'deliveries', {
    repeating: 'doubtful',
    ...deliverySorting,
  })
  const batches = openLedger<BatchInput, BatchProgress>(store, 'batches', { repeating: 'safe' })
  await store.start()
  await makeViews(store.collection('appointments').db)
  const rows = mongoDeliveries(store)
  const works = store.collection<WorkDocument<DeliveryInput, DeliveryOutcome>>('deliveries')
  const make = deliveryMaker(deliveryKeys(secret))
  const processes = new Set<ChildProcess>()

  return {
    databaseUrl: url,
    store,
    sink,
    deliveries,
    batches,
    counts: rows.counts,
    people: (people: readonly Partial<PersonDocument>[]) =>
      store.collection<PersonDocument>('people').insertMany(people.map((one) => aPerson(one))),
    appointment: (said: Partial<AppointmentDocument> = {}) =>
      store.collection<AppointmentDocument>('appointments').insertOne(aVisit(said)),
    changeAppointment: (_id: string, change: Partial<AppointmentDocument>) =>
      store.collection<AppointmentDocument>('appointments').updateOne({ _id }, { $set: change }),
    campaign: (said: Partial<CampaignDocument> = {}) =>
      store.collection<CampaignDocument>('campaigns').insertOne(aCampaign(said)),
    setCampaign: (state: CampaignDocument['state'], _id = 'campaign') =>
      store.collection<CampaignDocument>('campaigns').updateOne({ _id }, { $set: { state } }),

    /** Writes a mail down that is wanted; a reminder of Ada's visit if nothing else is said. */
    async want(said: Partial<Wanted> = {}) {
      const { key, input } = make({ ...(said.batch === 'campaign' ? anAnnouncement : aReminder), ...said })
      await deliveries.accept(key, input)
      return key
    },

    async start(environment: Record<string, string> = {}): Promise<ChildProcess> {
      const [nowhere = 0, opsPort = 0] = await freePorts(2)
      const child = spawn(process.execPath, [main], {
        env: {
          ...compiledBefore,
          NATS_URL: `nats://127.0.0.1:${nowhere}`,
          NATS_PASSWORD: 'nobody',
          MONGO_URL: url,
          SMTP_URL: sink.url,
          SMTP_TLS: 'never',
          MAIL_FROM: 'Rounds Hospital <care@hospital.example.test>',
          LINK_SIGNING_KEY: secret,
          PUBLIC_URL: 'https://rounds.example.test',
          QUIET_FROM: '00:00',
          QUIET_UNTIL: '00:00',
          OPS_PORT: `${opsPort}`,
          LOG_LEVEL: 'warn',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      processes.add(endWithParent(child))
      let said = ''
      child.stdout?.on('data', (chunk) => {
        said += chunk
      })
      logs.set(child, () => said)
      return child
    },
    /** What it logged. */
    logOf: (child: ChildProcess) => logs.get(child)?.() ?? '',

    async kill(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await once(child, 'exit')
      }
      processes.delete(child)
    },

    /** As if the leases of whoever was killed had run out. */
    async leaseOver() {
      for (const ledger of ['deliveries', 'batches'])
        await store
          .collection(ledger)
          .updateMany({ leaseUntil: { $exists: true } }, { $set: { leaseUntil: new Date(0) } })
    },

    /** As if the time had come for everything that waits. */
    async due() {
      await works.updateMany({ state: 'waiting' }, { $set: { nextAttemptAt: new Date(0) } })
    },

    async delivery(key: string) {
      const work = await works.findOne({ _id: key })
      if (!work) throw new Error(`there is no delivery ${key}`)
      return { ...work, stands: deliveryStateOf(work), says: work.outbox.map(({ event }) => event.type) }
    },
    stands: async (key: string) => {
      const work = await works.findOne({ _id: key })
      return work ? deliveryStateOf(work) : 'unknown'
    },
    said: async (collection: string, _id: string) => {
      const found = await store.collection<WithOutbox & { _id: string }>(collection).findOne({ _id })
      return found?.outbox.map(({ event }) => event) ?? []
    },

    async close() {
      for (const child of processes) child.kill('SIGKILL')
      await sink.close()
      await store.collection('deliveries').db.dropDatabase()
      await store.stop()
    },
  }
}

const logs = new WeakMap<ChildProcess, () => string>()

export const tomorrow = () => new Date(Date.now() + 24 * 3_600_000)

function aVisit(said: Partial<AppointmentDocument>): AppointmentDocument {
  return {
    _id: 'visit',
    status: 'booked',
    startsAt: tomorrow(),
    minutes: 15,
    patient: { id: 'ada', name: 'Ada Rao', number: 'P-ada' },
    doctor: { id: 'rao', name: 'Dr. Rao', number: 'D-rao' },
    department: { id: 'heart', name: 'Cardiology' },
    reason: 'Cough',
    fee: Decimal128.fromString('1'),
    bookedAt: new Date(),
    version: 1,
    ...said,
  }
}

function aCampaign(said: Partial<CampaignDocument>): CampaignDocument {
  return {
    _id: 'campaign',
    name: 'Opening hours',
    state: 'sending',
    template: 'announcement',
    purpose: 'administrative',
    audience: { kind: 'people', role: 'patient' },
    texts: { en: { subject: 'New hours', body: 'Dear {{ recipientName }}, we open at eight.' } },
    createdBy: 'admin',
    createdAt: new Date(),
    correlationid: 'story',
    version: 1,
    updatedAt: new Date(),
    ...said,
  }
}
