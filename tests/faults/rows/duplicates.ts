import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gatewayJobsConsumer, maxDataBytes, reportsExportsConsumer, subjectOf } from '@rounds/contracts'
import { mongoAskedWitness } from '../mongo-asked-witness.ts'
import { mongoWitness } from '../mongo-witness.ts'
import { type Letter, letterOf, natsWitness } from '../nats-witness.ts'
import { over } from '../over.ts'
import type { Row } from '../row.ts'
import { isWorkLeft, underLoad } from '../under-load.ts'
import type { World } from '../world.ts'

const copies = 10
/** As many of the last events are said again in one go, while work is under way. */
const window = 20

export const duplicates: Row = {
  name: 'duplicates',
  injects:
    'while jobs are under way, and on a slow network, their events are published again and again under their own ids, each time as a new message, in random order, some before the broker has the original; once all is done every event comes ten times more; between them events that are rubbish, too large, of no type, of a type that is not heard there, and about nobody',
  run: (world) =>
    underLoad(world, {
      row: 'duplicates',
      jobs: world.size(60, 1_000),
      perSecond: world.size(15, 20),
      settledWithinMs: 120_000,
      async inject({ load, hit }) {
        const { nats, mongo, services, artifactsDir } = world.stack
        const restarts = () => services.gateway.restarts() + services.reports.restarts()
        const before = restarts()
        const gateway = await natsWitness(nats.url, 'gateway', nats.passwordOf('gateway'))
        const reports = await natsWitness(nats.url, 'reports', nats.passwordOf('reports'))
        const outboxes = await mongoAskedWitness(mongo.url)
        const ends = await mongoWitness(mongo.url)
        for (const { type } of gatewayJobsConsumer.hears) gateway.listen(subjectOf(type))
        const said: Sayings = {
          accepted: () => load.log.accepted.map(({ jobId }) => jobId),
          asked: async (jobIds) => (await outboxes.of(jobIds)).map(letterOf),
          heard: () => gateway.letters.filter(({ headers }) => !headers['Nats-Msg-Id']?.startsWith(mark)),
        }
        const send = (one: Letter) => {
          const sender = one.subject.endsWith('requested') ? gateway : reports
          sender.send(anew(one))
          hit()
        }
        try {
          for (const rubbish of allRubbish()) {
            gateway.send({ ...rubbish, subject: subjectOf(reportsExportsConsumer.hears[0]?.type ?? '') })
            reports.send({ ...rubbish, subject: subjectOf(gatewayJobsConsumer.hears[0]?.type ?? '') })
            hit()
          }
          const speedUp = slowedDown(world)
          const isGoingOn = async () => load.isSending() || (await isWorkLeft(world))
          const firstCopies = await saidAgainMeanwhile(world, said, isGoingOn, send)
          speedUp()
          await drained(world)
          const prefix = `duplicates-${world.seed}-`
          const jobs = await ends.jobs(prefix)
          const files = await filesIn(artifactsDir)

          const all = [...(await said.asked(said.accepted())), ...said.heard()]
          for (const one of shuffled(
            world,
            all.flatMap((each) => Array<Letter>(copies).fill(each)),
          )) {
            send(one)
            if (world.chance.oneIn(50)) await sleep(world.between(0, 100))
          }
          await Promise.all([gateway.flush(), reports.flush()])
          const isHeard = await drained(world)
          const inTime = jobs.filter(
            ({ jobId, endedAt = 0 }) => (firstCopies.get(jobId) ?? Number.POSITIVE_INFINITY) < endedAt,
          )
          return {
            bars: [
              { what: 'processes that ended', seen: restarts() - before, atMost: 0 },
              { what: 'copies that nobody came to hear', seen: isHeard ? 0 : 1, atMost: 0 },
              {
                what: 'jobs that moved after their end',
                seen: differences(jobs, await ends.jobs(prefix), ({ jobId }) => jobId),
                atMost: 0,
              },
              {
                what: 'files that changed, came or went after the end of all jobs, by hash and time',
                seen: differences(files, await filesIn(artifactsDir), ({ name }) => name),
                atMost: 0,
              },
              {
                what: `jobs, of ${jobs.length}, of which a copy came before their end`,
                seen: inTime.length,
                atLeast: jobs.length / 10,
              },
            ],
            notes: [
              `${all.length} events said again; the broker refused ${gateway.errors.length + reports.errors.length} messages`,
            ],
          }
        } finally {
          gateway.close()
          reports.close()
          await Promise.all([outboxes.close(), ends.close()])
        }
      },
    }),
}

/** What there is to say again. */
interface Sayings {
  /** The jobs that were promised so far. */
  accepted(): readonly string[]
  /** What the gateway says of these, sent or not. */
  asked(jobIds: readonly string[]): Promise<readonly Letter[]>
  /** What was said by others so far, each once. */
  heard(): readonly Letter[]
}

/** Says the last events again and again, in random order, until nothing is under way. Answers when each job's first copy went out. */
async function saidAgainMeanwhile(
  world: World,
  { accepted, asked, heard }: Sayings,
  isGoingOn: () => Promise<boolean>,
  send: (one: Letter) => void,
): Promise<ReadonlyMap<string, number>> {
  const firstCopies = new Map<string, number>()
  let last: readonly Letter[] = []
  let seen = { accepted: 0, heard: 0 }
  while (await isGoingOn()) {
    const jobIds = accepted().slice(seen.accepted)
    const answers = heard().slice(seen.heard)
    seen = { accepted: seen.accepted + jobIds.length, heard: seen.heard + answers.length }
    last = [...last, ...answers, ...(await asked(jobIds))].slice(-window)
    for (const one of shuffled(world, last)) {
      if (!world.chance.oneIn(2)) continue
      send(one)
      const jobId = one.headers['ce-subject'] ?? ''
      if (!firstCopies.has(jobId)) firstCopies.set(jobId, Date.now())
    }
    await sleep(world.between(10, 60))
  }
  return firstCopies
}

/** Work takes longer while every packet between reports and its database does; otherwise it ends before anything can be said again. */
function slowedDown({ proxies }: World): () => void {
  const { mongo } = proxies.reports
  const delayed = { when: 'client', do: { delayMs: 20 }, times: Number.POSITIVE_INFINITY } as const
  const remove = mongo.add(delayed)
  return () => {
    remove()
    mongo.strike({ delayMs: 0 })
  }
}

const mark = 'again-'
let copy = 0

/** A new message to the stream, the same event to whoever hears it. */
function anew({ subject, headers, body }: Letter): Letter {
  copy += 1
  const event = Object.entries(headers).filter(([name]) => !/^nats-/i.test(name))
  return {
    subject,
    body,
    headers: { ...Object.fromEntries(event), 'Nats-Msg-Id': `${mark}${process.pid}-${copy}` },
  }
}

function letter(
  type: string,
  subject: string,
  text: string | Uint8Array,
  more: Record<string, string> = {},
): Letter {
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': `again-${subject}`,
    'ce-source': 'gateway',
    'ce-type': type,
    'ce-subject': subject,
    'ce-time': new Date().toISOString(),
    'ce-correlationid': 'again',
    ...more,
  }
  return { subject: subjectOf(type), headers, body: typeof text === 'string' ? Buffer.from(text) : text }
}

const allRubbish = (): readonly Letter[] => [
  letter('report.requested', 'x', ''),
  letter('report.requested', 'x', 'null'),
  letter('report.requested', 'x', '{"reportId":'),
  letter('report.requested', 'x', Uint8Array.from([0xff, 0xfe, 0x00, 0x80])),
  letter('report.requested', 'x', JSON.stringify({ reportId: { $ne: null } })),
  letter('report.requested', 'x', '{"__proto__":{"role":"admin"},"reportId":"x"}'),
  letter('report.requested', 'x', '['.repeat(50_000)),
  letter('report.requested', 'x', `{"reportId":"${'a'.repeat(maxDataBytes)}"}`),
  letter('report.requested', 'x', 'a'.repeat(200_000)),
  letter('no.such.thing', 'x', '{}'),
  letter('appointment.booked', 'x', '{}'),
  letter('report.completed', 'nobody', JSON.stringify({ reportId: 'nobody', file: '../../etc/passwd' })),
  letter('report.started', 'nobody', JSON.stringify({ reportId: 'nobody', attempt: 1 })),
  letter('report.requested', 'x', '{}', { 'ce-id': '%E0%A4%A', 'ce-time': 'yesterday' }),
]

function shuffled<T>({ chance }: World, list: readonly T[]): readonly T[] {
  return list
    .map((item) => ({ item, lot: chance.next() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ item }) => item)
}

/** Waits until both consumers have heard everything, as the broker's own monitor says, and answers whether they have. */
function drained({ stack }: World): Promise<boolean> {
  const names = [gatewayJobsConsumer.durable, reportsExportsConsumer.durable]
  return over(async () => {
    const answer = await fetch(`${stack.nats.monitorUrl}/jsz?consumers=true&accounts=true`)
    const consumers = consumersIn(JSON.parse(await answer.text()))
    return consumers
      .filter(({ name }) => names.includes(name))
      .every(({ num_pending: left, num_ack_pending: held }) => left + held === 0)
  }, 120_000)
}

interface ConsumerState {
  readonly name: string
  readonly num_pending: number
  readonly num_ack_pending: number
}

function consumersIn(jsz: {
  account_details?: Array<{ stream_detail?: Array<{ consumer_detail?: ConsumerState[] }> }>
}): readonly ConsumerState[] {
  return (jsz.account_details ?? []).flatMap(({ stream_detail: streams = [] }) =>
    streams.flatMap(({ consumer_detail: all = [] }) => all),
  )
}

/** Every report and its manifest; one that is written again differs in its time even if its content is the same. */
async function filesIn(directory: string) {
  const names = (await readdir(directory)).filter((name) => /^[\w-]+\.\d+\.csv(\.json)?$/.test(name))
  return Promise.all(
    names.map(async (name) => {
      const path = join(directory, name)
      const [{ mtimeMs }, content] = await Promise.all([stat(path), readFile(path)])
      return { name, changedAt: mtimeMs, sha256: createHash('sha256').update(content).digest('hex') }
    }),
  )
}

/** How many are in one of the two only, or not the same in both. */
function differences<T>(before: readonly T[], after: readonly T[], nameOf: (one: T) => string): number {
  const were = new Map(before.map((one) => [nameOf(one), JSON.stringify(one)]))
  const are = new Map(after.map((one) => [nameOf(one), JSON.stringify(one)]))
  const names = new Set([...were.keys(), ...are.keys()])
  return [...names].filter((name) => were.get(name) !== are.get(name)).length
}
