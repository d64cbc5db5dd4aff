import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { previewOf } from '@rounds/mail'
import { type ApiClient, demoClient, passwordClient } from '@rounds/stack'
import { MongoClient } from 'mongodb'
import { contest, type Variant } from '../contest.ts'
import { medianOf, timesOf } from '../goals.ts'
import type { Ground } from '../ground.ts'
import { type Hospital, hospitalPids, smallHospital } from '../hospital.ts'
import { celeryWorker } from '../peers/celery.ts'
import type { Asked, Program } from '../program.ts'
import { percentile } from '../statistics.ts'
import type { Bench } from './bench.ts'

const rate = 'mails/s'
const care = (part: string) => `ms care mail ${part}, campaign of 50,000 under way`
/** As many as the mailer has for campaigns when nobody says otherwise. */
const connections = 32
const carePerSecond = 10

type Sink = Program & { readonly port: number }

export const mail: Bench = {
  name: 'mail',
  about: 'a campaign of 5,000 mails: approved → the last of them settled',
  notes: [
    'Everybody sends to the same `smtp-sink` (postfix’s own, in C; it takes mails and forgets them) the same announcement: a text and an HTML page, to an address each.',
    'Ours is the whole way: a list uploaded before, the second admin’s approval over HTTP, outbox, JetStream, the mailer; for each mail a document in the ledger, consent, suppression list and frequency read at the moment of sending, the page filled in for its recipient, “about to send” on disk before and the answer on disk after it (`w: majority, j: true`; here one node). The time runs from the approval to the last mail’s answer in the ledger, and all of them must be there.',
    `\`nodemailer\` is nodemailer’s own pool with ${connections} connections, as ours has, and one finished text for all; nothing is written down. \`celery\` is a task per mail of a prefork worker (\`-c 2\`), smtplib over a connection that each process keeps; Redis syncs once a second. \`smtp-source\` is postfix’s, in C, and the limit: it repeats one prepared text over ${connections} connections. Its processor time is not in the table.`,
    `The care mail: POST /v1/mails, ${carePerSecond} a second, from the request to its answer in the ledger, which is later than its receipt. Meanwhile a campaign of 50,000 is listed and sent; it is still under way at the end, or the run does not count.`,
  ],
  goals: [
    {
      text: 'at least 60 % of nodemailer’s pool',
      figure: (rows) => percent(timesOf(rate, 'nodemailer')(rows)),
      atLeast: 60,
      unit: '%',
    },
    { text: 'at least 1.5 × Celery with smtplib', figure: timesOf(rate, 'celery'), atLeast: 1.5, unit: '×' },
    {
      text: 'a care mail leaves within 2 s (p99) beside a campaign of 50,000',
      figure: medianOf(care('p99')),
      atMost: 2_000,
      unit: 'ms',
    },
  ],
  async run(ground) {
    const tools = await ground.postfix()
    ground.noteVersions({ postfix: tools.version })
    const sink = ground.ends(await tools.sink())
    const office = await openOffice(ground, sink)
    const { subject, text, html } = previewOf('announcement', 'en')
    const mailFile = join(ground.cacheDir, 'mail.json')
    await writeFile(mailFile, JSON.stringify({ from: 'care@example.test', subject, text, html }))
    const environment = {
      MAIL_FILE: mailFile,
      SMTP_PORT: `${sink.port}`,
      CONNECTIONS: `${connections}`,
    }
    const bytes = Buffer.byteLength(text) + Buffer.byteLength(html)
    const source: Variant = {
      name: 'smtp-source',
      pids: () => [sink.pid],
      run: async () => {
        const since = performance.now()
        await tools.source({ port: sink.port, count: ground.mails, connections, bytes })
        return { [rate]: ground.mails / ((performance.now() - since) / 1_000) }
      },
    }
    const nodemailer = await ground.node('nodemailer.mjs', environment)
    const { worker, client, redis } = await celeryWorker(ground, environment)
    const rates = await contest(
      'mail',
      [
        await ours(office, ground),
        peer('nodemailer', nodemailer, [nodemailer.pid, sink.pid], { count: ground.mails }),
        peer('celery', client, [worker.pid, client.pid, redis.pid, sink.pid], { mails: ground.mails }),
        source,
      ],
      ground,
    )
    await nodemailer.stop()
    await worker.stop()
    const beside = await besideMany(office, ground)
    return [...rates, ...(await contest('mail', [beside], { ...ground, runs: Math.min(3, ground.runs) }))]
  },
}

const percent = (part: number | undefined) => (part === undefined ? undefined : part * 100)

function peer(name: string, program: Asked, pids: readonly number[], question: object): Variant {
  return {
    name,
    pids: () => pids,
    run: async () => {
      const { startedAt, finishedAt, sent } = await program.ask<Done>(question)
      return { [rate]: sent / ((finishedAt - startedAt) / 1_000) }
    },
  }
}

interface Done {
  readonly startedAt: number
  readonly finishedAt: number
  readonly sent: number
}

/** Two admins, since what one sends to many another approves, and somebody who looks into the ledger. */
interface Office {
  readonly hospital: Hospital
  readonly pids: () => number[]
  readonly admin: ApiClient
  readonly approver: ApiClient
  readonly ledger: Ledger
}

async function openOffice(ground: Ground, sink: Sink): Promise<Office> {
  const hospital = await smallHospital(ground, {
    adjust: (service, environment) => {
      // Campaigns wait for their approval; single mails, which count towards the same limit, never reach it.
      const APPROVAL_LIMIT = String(Math.min(ground.mails, ground.manyMails) - 1)
      if (service === 'gateway') return { ...environment, APPROVAL_LIMIT }
      return service === 'mailer'
        ? { ...environment, SMTP_URL: `smtp://127.0.0.1:${sink.port}` }
        : environment
    },
  })
  const { login, password } = hospital.logins.secondAdmin
  return {
    hospital,
    pids: () => [...hospitalPids(hospital), sink.pid],
    admin: await demoClient(hospital.url, 'admin'),
    approver: await passwordClient(hospital.url, login, password),
    ledger: openLedger(hospital, ground),
  }
}

interface Ledger {
  isOver(campaignId: string): Promise<boolean>
  /** How many of these are sent, and when the last of them was. */
  sent(batchId: string): Promise<{ readonly count: number; readonly lastAt: number }>
  stop(): Promise<void>
}

interface StoredDelivery {
  readonly settledAt: Date
}

function openLedger({ mongo }: Hospital, ground: Ground): Ledger {
  const client = new MongoClient(mongo.url)
  const db = client.db()
  return ground.ends({
    isOver: async (campaignId) => {
      const batch = await db
        .collection<{ _id: string; state: string }>('batches')
        .findOne({ _id: campaignId })
      return batch?.state === 'done' || batch?.state === 'cancelled'
    },
    async sent(batchId) {
      const filter = { 'input.batchId': batchId, state: 'done', 'outcome.kind': 'sent' }
      const deliveries = db.collection<StoredDelivery>('deliveries')
      const count = await deliveries.countDocuments(filter)
      const [last] =
        count === 0 ? [] : await deliveries.find(filter).sort({ settledAt: -1 }).limit(1).toArray()
      return { count, lastAt: last?.settledAt.getTime() ?? 0 }
    },
    stop: () => client.close(),
  })
}

/** A campaign that waits for nothing but its approval. */
async function prepared({ admin }: Office, recipients: number): Promise<string> {
  const { campaignId } = await admin.send<{ campaignId: string }>('POST', '/v1/campaigns', {
    name: 'Opening hours',
    template: 'announcement',
    purpose: 'administrative',
    audience: { kind: 'upload' },
    texts: {
      en: { subject: 'New hours', body: 'Dear {{ recipientName }},\n\nfrom Monday we open at eight.' },
    },
  })
  const rows = Array.from({ length: recipients }, (_, n) => `reader-${n}@example.test,Reader ${n}\n`)
  const uploaded = await admin.raw(`/v1/campaigns/${campaignId}/recipients`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: `mail,name\n${rows.join('')}`,
  })
  if (!uploaded.ok) throw new Error(`the list was answered ${uploaded.status}`)
  await admin.send('POST', `/v1/campaigns/${campaignId}/send`, undefined, { 'idempotency-key': randomUUID() })
  return campaignId
}

async function release({ approver }: Office, campaignId: string): Promise<void> {
  await approver.send('POST', `/v1/campaigns/${campaignId}/approve`)
}

async function until(isSo: () => Promise<boolean>, withinMs: number, what: string): Promise<void> {
  for (const giveUpAt = Date.now() + withinMs; !(await isSo()); await sleep(100)) {
    if (Date.now() > giveUpAt) throw new Error(`after ${withinMs / 1_000} s it is not so that ${what}`)
  }
}

async function ours(office: Office, { mails }: Ground): Promise<Variant> {
  const { ledger } = office
  let next = await prepared(office, mails)
  return {
    name: 'ours',
    pids: office.pids,
    run: async () => {
      const startedAt = Date.now()
      await release(office, next)
      await until(() => ledger.isOver(next), 300_000, 'the campaign is over')
      const { count, lastAt } = await ledger.sent(next)
      if (count !== mails) throw new Error(`of ${mails} mails ${count} were sent`)
      return { [rate]: mails / ((lastAt - startedAt) / 1_000) }
    },
    tidy: async () => {
      next = await prepared(office, mails)
    },
  }
}

/** Single mails while a large campaign is sent. */
async function besideMany(office: Office, { manyMails, steadySeconds }: Ground): Promise<Variant> {
  const { admin, ledger } = office
  let next = await prepared(office, manyMails)
  return {
    name: 'ours',
    pids: office.pids,
    run: async () => {
      await release(office, next)
      await until(async () => (await ledger.sent(next)).count > 0, 60_000, 'the campaign has begun')
      const waits = await singleMails(office, 2 * steadySeconds * carePerSecond)
      if (await ledger.isOver(next)) throw new Error('the campaign was over before the single mails were')
      return { [care('p50')]: percentile(waits, 0.5), [care('p99')]: percentile(waits, 0.99) }
    },
    tidy: async () => {
      await admin.send('POST', `/v1/campaigns/${next}/cancel`, {})
      await until(() => ledger.isOver(next), 120_000, 'the campaign is called off')
      next = await prepared(office, manyMails)
    },
  }
}

/** Milliseconds from each request to its answer in the ledger. */
async function singleMails({ admin, ledger }: Office, count: number): Promise<number[]> {
  const startedAt = Date.now()
  const asked: Promise<{ mailId: string; askedAt: number }>[] = []
  for (let n = 0; n < count; n++) {
    await sleep(startedAt + (n * 1_000) / carePerSecond - Date.now())
    asked.push(askFor(n))
  }
  return Promise.all(
    (await Promise.all(asked)).map(async ({ mailId, askedAt }) => {
      await until(async () => (await ledger.sent(mailId)).count === 1, 60_000, 'a single mail was sent')
      return (await ledger.sent(mailId)).lastAt - askedAt
    }),
  )

  async function askFor(n: number) {
    const askedAt = Date.now()
    const { mailId } = await admin.send<{ mailId: string }>(
      'POST',
      '/v1/mails',
      {
        recipientId: `patient-${2 + (n % 40)}`,
        template: 'announcement',
        texts: { en: { subject: 'Your question', body: 'Dear {{ recipientName }}, please call us.' } },
      },
      { 'idempotency-key': randomUUID() },
    )
    return { mailId, askedAt }
  }
}
