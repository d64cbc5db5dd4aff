import { setTimeout as sleep } from 'node:timers/promises'
import { gatewayHearsJobs, maxDataBytes, reportsHearsExports, subjectOf } from '@rounds/contracts'
import { type Letter, natsWitness } from '../nats-witness.ts'
import type { Row } from '../row.ts'
import { isWorkLeft, underLoad } from '../under-load.ts'
import type { World } from '../world.ts'

const copies = 10

export const duplicates: Row = {
  name: 'duplicates',
  injects:
    'every event of every job comes ten times more, each time as a new message, in random order and late; between them events that are rubbish, too large, of no type, of a type that is not heard there, and about nobody',
  run: (world) =>
    underLoad(world, {
      row: 'duplicates',
      jobs: world.size(60, 1_000),
      perSecond: world.size(15, 20),
      settledWithinMs: 120_000,
      async inject({ load, hit }) {
        const { nats, services } = world.stack
        const restarts = () => services.gateway.restarts() + services.reports.restarts()
        const before = restarts()
        const gateway = await natsWitness(nats.url, 'gateway', nats.passwordOf('gateway'))
        const reports = await natsWitness(nats.url, 'reports', nats.passwordOf('reports'))
        for (const { type } of gatewayHearsJobs.hears) gateway.listen(subjectOf(type))
        try {
          for (const rubbish of allRubbish()) {
            gateway.send({ ...rubbish, subject: subjectOf(reportsHearsExports.hears[0]?.type ?? '') })
            reports.send({ ...rubbish, subject: subjectOf(gatewayHearsJobs.hears[0]?.type ?? '') })
            hit()
          }
          await load.sent
          for (let count = 0; count < 600 && (await isWorkLeft(world)); count += 1) await sleep(100)
          const requested = load.log.accepted.map((entry) => requestedAgain(world, entry))
          const said = [...gateway.letters]
          for (const letter of shuffled(
            world,
            [...requested, ...said].flatMap((one) => Array<Letter>(copies).fill(one)),
          )) {
            const sender = letter.subject.endsWith('requested') ? gateway : reports
            sender.send(anew(letter))
            hit()
            if (world.chance.oneIn(50)) await sleep(world.between(0, 100))
          }
          await Promise.all([gateway.flush(), reports.flush()])
          await drained(world)
          return {
            bars: [
              { what: 'processes that ended', seen: restarts() - before, atMost: 0 },
              {
                what: 'jobs that moved after their end',
                seen: await movedAfterEnd(
                  world,
                  load.log.accepted.map(({ jobId }) => jobId),
                ),
                atMost: 0,
              },
            ],
            notes: [
              `${said.length} events heard and said again, the broker refused ${gateway.errors.length + reports.errors.length} messages`,
            ],
          }
        } finally {
          gateway.close()
          reports.close()
        }
      },
    }),
}

let copy = 0

/** A new message to the stream, the same event to whoever hears it. */
function anew({ subject, headers, body }: Letter): Letter {
  copy += 1
  const event = Object.entries(headers).filter(([name]) => !/^nats-/i.test(name))
  return {
    subject,
    body,
    headers: { ...Object.fromEntries(event), 'Nats-Msg-Id': `again-${process.pid}-${copy}` },
  }
}

/** What the gateway said when it promised this job, as a second copy with an id of its own would say it. */
function requestedAgain(world: World, { jobId, wish }: { jobId: string; wish: string }): Letter {
  const request = world.wishes.find(({ name }) => name === wish)?.request
  const data = {
    reportId: jobId,
    report: request?.report,
    parameters: request?.parameters ?? {},
    flavour: 'standard',
    gzip: false,
    requestedBy: world.session.personId,
    role: 'admin',
  }
  return letter('report.requested', jobId, JSON.stringify(data))
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

/** Waits until both consumers have heard everything, as the broker's own monitor says. */
async function drained({ stack }: World): Promise<void> {
  const deadline = Date.now() + 120_000
  const names = [gatewayHearsJobs.durable, reportsHearsExports.durable]
  for (;;) {
    const answer = await fetch(`${stack.nats.monitorUrl}/jsz?consumers=true&accounts=true`)
    const text = await answer.text()
    const open = consumersIn(JSON.parse(text)).filter(
      ({ name, num_pending: left, num_ack_pending: held }) => names.includes(name) && left + held > 0,
    )
    if (open.length === 0 || Date.now() > deadline) return
    await sleep(200)
  }
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

/** Jobs that were done and no longer are, or changed their file. */
async function movedAfterEnd(world: World, jobIds: readonly string[]): Promise<number> {
  const states = await Promise.all(
    jobIds
      .slice(-200)
      .map((jobId) => world.admin.get<{ state: string; attempt: number }>(`/v1/jobs/${jobId}`)),
  )
  return states.filter(({ state }) => state !== 'done').length
}
