import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { errors, headers as natsHeaders } from '@nats-io/transport-node'
import {
  busMembers,
  type ConsumerDeclaration,
  consumers,
  gatewayJobsConsumer,
  reportsExportsConsumer,
  type ServiceName,
  subjectPattern,
} from '@rounds/contracts'
import { type Connection, connectTo } from '@rounds/messaging'
import { chance, demoClient, followJob, type TestStack } from '@rounds/stack'
import { type EventCase, eventCase, sameEvent } from './event-cases.ts'
import { notebook, type PartResult } from './findings.ts'

/** Publishes on their way at once; the broker syncs each to disk before it answers. */
const inFlight = 200
/** The same event, under the same identifier. */
const repeats = 10_000
/**
 * What these hear says all there is to say. The others look up what an event names, and a right event about something
 * that is nowhere may be buried.
 */
const takesAnyRightEvent: readonly ConsumerDeclaration[] = [reportsExportsConsumer, gatewayJobsConsumer]

const silent = { info() {}, warn() {}, error() {}, debug() {} }

/**
 * Sends every consumer what it may and may not hear, by the hand of those who may publish there, and counts: each
 * message is handled or buried, none is lost, nobody dies of one, and afterwards a report still gets done.
 */
export async function fuzzEvents(
  stack: TestStack,
  { seed, requests }: { seed: number; requests: number },
): Promise<PartResult> {
  const notes = notebook()
  const tally = { sent: 0, refused: 0, handled: 0, buried: 0 }
  const restartsBefore = restarts(stack)
  // Promises, since many ask at once: a second connection would be forgotten, and reconnect for ever.
  const connections = new Map<ServiceName, Promise<Connection>>()
  const as = (user: ServiceName) => {
    const known = connections.get(user)
    if (known) return known
    const made = connectTo({
      url: stack.nats.url,
      user,
      password: stack.nats.passwordOf(user),
      log: silent,
    })
    connections.set(user, made)
    return made
  }
  const known = { reportIds: Array.from({ length: 60 }, (_, index) => `fuzz-${seed}-${index}`) }

  for (const [nth, consumer] of consumers.entries()) {
    const speakers = speakersFor(consumer)
    if (speakers.length === 0) {
      notes.note(
        `unheard ${consumer.durable}`,
        `nobody may say what ${consumer.durable} hears`,
        `--seed ${seed}`,
      )
      continue
    }
    const before = await letters(stack)
    const sum = { 'be handled': 0, 'be buried': 0, any: 0 }
    let next = 0
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let index = next++; index < requests; index = next++) {
          const chanceHere = chance(seed * 1_000_003 + nth * 100_000_007 + index)
          const { contract, user } = chanceHere.pick(speakers)
          const isRepeat = index % Math.max(1, Math.floor(requests / repeats)) === 0 && index % 5 === 0
          const one = isRepeat
            ? sameEvent(contract, known, chanceHere)
            : eventCase(contract, known, chanceHere)
          tally.sent++
          if (await published(await as(user), one)) sum[mustOf(one, consumer)]++
          else tally.refused++
        }
      }),
    )
    for (const { user, contract } of speakers) {
      for (const bytes of brokenHeaders) {
        await publishRaw(stack, user, subjectPattern(contract).replace('*', 'fuzz'), bytes)
        tally.sent++
        sum['be buried']++
      }
    }
    const hearers = consumers.filter((other) => hearsTheSame(other, consumer))
    for (const hearer of hearers) {
      const left = await drained(stack, hearer)
      if (left !== '') notes.note(`left ${hearer.durable}`, `${hearer.durable}: ${left}`, `--seed ${seed}`)
    }
    const buried = (await letters(stack)) - before
    // Each of those who hear it buries a letter of its own.
    const least = hearers.length * sum['be buried']
    const most = least + hearers.length * sum.any
    if (buried < least || buried > most)
      notes.note(
        `letters ${consumer.durable}`,
        `${consumer.durable}: ${buried} dead letters, and there should be ${least} to ${most}`,
        `--seed ${seed}`,
      )
    tally.buried += buried
    tally.handled += hearers.length * sum['be handled'] + most - buried
  }
  await Promise.all(Array.from(connections.values(), async (connection) => (await connection).close()))

  if (restarts(stack) > restartsBefore) notes.note('restart', 'a service ended', 'see the logs')
  const state = await usualReport(stack, seed)
  if (state !== 'done') notes.note('report', `a report afterwards was ${state}`, `--seed ${seed}`)
  return { part: 'events', counts: { consumers: consumers.length, ...tally }, findings: notes.findings() }
}

function mustOf({ must }: EventCase, consumer: ConsumerDeclaration): EventCase['must'] {
  return must === 'be handled' && !takesAnyRightEvent.includes(consumer) ? 'any' : must
}

const hearsTheSame = (one: ConsumerDeclaration, other: ConsumerDeclaration) =>
  one.hears.some(({ type }) => other.hears.some((heard) => heard.type === type))

/** Every kind of event that this consumer hears, with somebody whom the broker lets say it. */
function speakersFor({ hears }: ConsumerDeclaration) {
  return hears.flatMap((contract) => {
    const speaker = Object.values(busMembers).find(({ says }) =>
      says.some(({ type }) => type === contract.type),
    )
    return speaker ? [{ contract, user: speaker.service as ServiceName }] : []
  })
}

async function published(connection: Connection, { subject, headers, body }: EventCase): Promise<boolean> {
  const written = natsHeaders()
  for (const [name, value] of Object.entries(headers)) written.set(name, value)
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await connection.request(subject, body, { headers: written, timeout: 20_000 })
      const { error } = answer.json<{ error?: { description: string } }>()
      return error === undefined
    } catch (error) {
      // Larger than the broker takes at all.
      if (error instanceof errors.InvalidArgumentError) return false
      if (attempt === 3) throw new Error('the broker does not answer', { cause: error })
    }
  }
}

/** Header blocks that no client writes and the broker stores all the same. */
const brokenHeaders = [
  'NATS/1.0\r\nno colon here\r\n\r\n',
  'NATS/1.0\r\n: nameless\r\n\r\n',
  'NATS/1.0\r\nce-id: \xff\xfe\r\n\r\n',
  'NATS/1.0\r\nbad name: x\r\n\r\n',
  'NATS/1.0\r\nce-id\r\nce-type:report.requested\r\n\r\n',
]

/** A message with this very header block, by a hand that knows no better. */
function publishRaw({ nats }: TestStack, user: ServiceName, subject: string, header: string): Promise<void> {
  const { hostname, port } = new URL(nats.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const login = JSON.stringify({
      user,
      pass: nats.passwordOf(user),
      headers: true,
      verbose: false,
      pedantic: false,
    })
    const block = Buffer.from(header, 'latin1')
    socket.write(`CONNECT ${login}\r\nHPUB ${subject} ${block.byteLength} ${block.byteLength + 2}\r\n`)
    socket.write(Buffer.concat([block, Buffer.from('{}\r\nPING\r\n')]))
    socket.on('data', (chunk) => {
      if (chunk.includes('-ERR')) reject(new Error(`the broker refused: ${chunk}`))
      if (!chunk.includes('PONG')) return
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
}

/** Waits until nothing is undelivered or in hand; says what is left when nothing moves any more. */
async function drained(stack: TestStack, { durable }: ConsumerDeclaration): Promise<string> {
  let last = ''
  let movedAt = Date.now()
  for (;;) {
    const { num_pending, num_ack_pending } = await consumerState(stack, durable)
    if (num_pending === 0 && num_ack_pending === 0) return ''
    const now = `${num_pending} undelivered, ${num_ack_pending} neither handled nor buried`
    if (now !== last) movedAt = Date.now()
    if (Date.now() - movedAt > 45_000) return now
    last = now
    await sleep(250)
  }
}

interface Jsz {
  readonly account_details: readonly {
    readonly stream_detail?: readonly {
      readonly name: string
      readonly state: { readonly last_seq: number }
      readonly consumer_detail?: readonly {
        readonly name: string
        readonly num_pending: number
        readonly num_ack_pending: number
      }[]
    }[]
  }[]
}

async function streamsAt({ nats }: TestStack) {
  const jsz = (await (await fetch(`${nats.monitorUrl}/jsz?streams=1&consumers=1`)).json()) as Jsz
  return jsz.account_details.flatMap(({ stream_detail = [] }) => stream_detail)
}

async function consumerState(stack: TestStack, durable: string) {
  const all = (await streamsAt(stack)).flatMap(({ consumer_detail = [] }) => consumer_detail)
  const one = all.find(({ name }) => name === durable)
  if (!one) throw new Error(`the broker knows no consumer ${durable}`)
  return one
}

/** How many there ever were: the stream is full at some point, and lets the oldest go. */
async function letters(stack: TestStack): Promise<number> {
  return (await streamsAt(stack)).find(({ name }) => name === 'DEAD_LETTERS')?.state.last_seq ?? 0
}

const restarts = (stack: TestStack) =>
  Object.values(busMembers).reduce((sum, { service }) => sum + stack.restarts(service), 0)

async function usualReport(stack: TestStack, seed: number): Promise<string> {
  const admin = await demoClient(stack.url, 'admin')
  const { jobId } = await admin.send<{ jobId: string }>(
    'POST',
    '/v1/reports',
    { report: 'appointments' },
    { 'idempotency-key': `after-fuzz-${seed}` },
  )
  return (await followJob(admin, jobId, { withinMs: 60_000 })).state
}
