import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { webhookKeyring } from '@rounds/chat'
import {
  type AppointmentDocument,
  appointmentChecked,
  type SealedSecret,
  type SpaceDocument,
} from '@rounds/contracts'
import { connectTo, eventMaker, jetstreamBus } from '@rounds/messaging'
import { demoClient } from '@rounds/stack'
import { anAppointment, type ChatDoor, type ChatVisit, chatDoor } from '@rounds/testing'
import { Decimal128, MongoClient } from 'mongodb'
import { Pool } from 'undici'
import { contest, type Variant } from '../contest.ts'
import { medianOf } from '../goals.ts'
import type { Ground } from '../ground.ts'
import { hospitalPids, smallHospital } from '../hospital.ts'
import { cookieOf } from '../load/load.ts'
import { errorOutput as log } from '../noop/log.ts'
import { celeryWorker } from '../peers/celery.ts'
import { percentile } from '../statistics.ts'
import type { Bench } from './bench.ts'

const rate = 'messages/s'
const p50 = 'ms to the sink p50 at 50/s'
const p99 = 'ms to the sink p99 at 50/s'
const [perSecond, steadySpaces] = [50, 100]

export const chat: Bench = {
  name: 'chat',
  about: 'something that happened → a message in its chat space',
  notes: [
    'Everybody posts to the same sink, which answers at once. The latency is taken at 50 a second, spread evenly over 100 spaces, so that none waits for its second.',
    'Ours is the whole way: PATCH /v1/appointments/{id} marks a visit checked (written with its event, `w: majority, j: true`; audited), outbox, JetStream, the chat notifier: the post written down and taken in hand, the space’s turn taken and what is leaving written down, the message made of what the visit says now. The time runs from before the PATCH to the receipt of the message’s first bytes.',
    '`celery` is a task per message of a prefork worker (`-c 2`, Redis syncing once a second), which calls requests.post; its time runs from the call of `delay`. `undici` is a pool of 50 connections and the limit: nothing is written down.',
    'Messages a second: one to each of so many spaces; ours from the first event published to JetStream to the last message received.',
  ],
  goals: [
    { text: 'PATCH → sink p50 at most 30 ms', figure: medianOf(p50), atMost: 30, unit: 'ms' },
    { text: 'PATCH → sink p99 at most 250 ms', figure: medianOf(p99), atMost: 250, unit: 'ms' },
  ],
  async run(ground) {
    const door = await createTestServer(ground)
    const teams = [await ours(ground, door), await celery(ground, door), undici(ground, door)]
    return [
      ...(await contest(
        'chat',
        teams.map((team) => steady(team, ground)),
        ground,
      )),
      ...(await contest(
        'chat',
        teams.map((team) => burst(team, ground)),
        ground,
      )),
    ]
  },
}

/** Somebody who posts. */
interface Team {
  readonly name: string
  readonly pids: () => readonly number[]
  /** One after the other, evenly; answers how long each was on its way. */
  evenly(count: number): Promise<readonly number[]>
  /** One to each of so many spaces, as fast as it goes; answers how long the last of them took. */
  atOnce(count: number): Promise<number>
}

const steady = (team: Team, { steadySeconds }: Ground): Variant => ({
  name: team.name,
  pids: team.pids,
  run: async () => {
    const ms = await team.evenly(steadySeconds * perSecond)
    return { [p50]: percentile(ms, 0.5), [p99]: percentile(ms, 0.99) }
  },
})

const burst = (team: Team, { jobs }: Ground): Variant => ({
  name: team.name,
  pids: team.pids,
  run: async () => {
    const count = jobs / 10
    return { [rate]: count / ((await team.atOnce(count)) / 1_000) }
  },
})

/** The sink, and what came there since the last look. */
interface Door extends Pick<ChatDoor, 'origin' | 'webhookOf'> {
  readonly pid: number
  since(place: number): readonly ChatVisit[]
  place(): number
  /** Resolves with them once so many have come. */
  come(place: number, count: number): Promise<readonly ChatVisit[]>
}

async function createTestServer(ground: Ground): Promise<Door> {
  const door = await chatDoor()
  ground.ends({ stop: door.close })
  const since = (place: number) => door.visits.slice(place)
  return {
    origin: door.origin,
    webhookOf: door.webhookOf,
    pid: process.pid,
    since,
    place: () => door.visits.length,
    async come(place, count) {
      const giveUpAt = Date.now() + 120_000
      while (door.visits.length - place < count) {
        if (Date.now() > giveUpAt) throw new Error(`${door.visits.length - place} of ${count} messages came`)
        await sleep(5)
      }
      return since(place)
    },
  }
}

async function ours(ground: Ground, door: Door): Promise<Team> {
  let keys = ''
  const hospital = await smallHospital(ground, {
    adjust: (service, environment) => {
      if (service !== 'chat-notifier') return environment
      keys = environment.WEBHOOK_ENCRYPTION_KEYS ?? ''
      return { ...environment, CHAT_SINK_URL: door.origin }
    },
  })
  const { session } = await demoClient(hospital.url, 'admin')
  const client = new MongoClient(hospital.mongo.url)
  ground.ends({ stop: () => client.close() })
  const visits = client.db().collection<AppointmentDocument>('appointments')
  const spaces = client.db().collection<SpaceDocument>('spaces')
  const password = hospital.nats.passwordOf('gateway')
  const bus = jetstreamBus(await connectTo({ url: hospital.nats.url, user: 'gateway', password, log }), {
    log,
  })
  ground.ends({ stop: () => bus.close() })
  const make = eventMaker('gateway')
  const patching = new Pool(hospital.url, { connections: 20 })
  ground.ends({ stop: () => patching.close() })
  const cookie = await cookieOf(hospital.url, 'admin')

  const most = Math.max(steadySpaces, ground.jobs / 10)
  const keyring = webhookKeyring(keys)
  await spaces.deleteMany({})
  await spaces.insertMany(
    Array.from({ length: most }, (_, n) =>
      aSpace(n, keyring.seal(spaceId(n), door.webhookOf(spaceId(n))), session.personId),
    ),
  )
  // Until the notifier looks at all spaces again.
  await sleep(11_000)

  const made = async (count: number, among = count) => {
    const run = randomUUID()
    const all = Array.from({ length: count }, (_, n) => aVisit(`${run}-${n}`, n % among))
    await visits.insertMany(all)
    return all
  }
  return {
    name: 'ours',
    pids: () => [...hospitalPids(hospital), door.pid],
    async evenly(count) {
      const all = await made(count, steadySpaces)
      const place = door.place()
      const begun = new Map<string, number>()
      const startAt = performance.now()
      await Promise.all(
        all.map(async ({ _id }, n) => {
          await sleep(Math.max(0, startAt + (n * 1_000) / perSecond - performance.now()))
          begun.set(_id, performance.now())
          const { statusCode, body } = await patching.request({
            method: 'PATCH',
            path: `/v1/appointments/${_id}`,
            headers: { 'content-type': 'application/json', cookie, origin: hospital.url },
            body: JSON.stringify({ status: 'checked', diagnosis: 'none' }),
          })
          await body.dump()
          if (statusCode !== 200) throw new Error(`PATCH answered ${statusCode}`)
        }),
      )
      const came = await door.come(place, count)
      return came.map(({ at, message }) => at - (begun.get(message?.thread?.threadKey ?? '') ?? Number.NaN))
    },
    async atOnce(count) {
      const all = await made(count)
      await sleep(1_100)
      const place = door.place()
      const startAt = performance.now()
      await Promise.all(
        all.map(({ _id, patient, doctor, department, startsAt }) =>
          bus.publish(
            make(appointmentChecked, {
              appointmentId: _id,
              patientId: patient.id,
              doctorId: doctor.id,
              departmentId: department.id,
              startsAt: startsAt.toISOString(),
              version: 2,
              checkedAt: new Date().toISOString(),
              fhirStatus: 'fulfilled',
            }),
          ),
        ),
      )
      return lastOf(await door.come(place, count)) - startAt
    },
  }
}

async function celery(ground: Ground, door: Door): Promise<Team> {
  const { worker, client, redis } = await celeryWorker(ground, {}, { app: 'posts', client: 'post_client.py' })
  const urls = (count: number, spaces: number) =>
    Array.from(
      { length: count },
      (_, n) => `${door.webhookOf(spaceId(n % spaces))}&requestId=${randomUUID()}`,
    )
  const ages = (came: readonly ChatVisit[]) =>
    came.map(({ at, message }) => at + performance.timeOrigin - Number(message?.text))
  return {
    name: 'celery',
    pids: () => [worker.pid, client.pid, redis.pid, door.pid],
    async evenly(count) {
      const place = door.place()
      await client.ask({ urls: urls(count, steadySpaces), perSecond })
      return ages(await door.come(place, count))
    },
    async atOnce(count) {
      const place = door.place()
      await client.ask({ urls: urls(count, count) })
      return Math.max(...ages(await door.come(place, count)))
    },
  }
}

function undici(ground: Ground, door: Door): Team {
  const pool = new Pool(door.origin, { connections: 50 })
  ground.ends({ stop: () => pool.close() })
  const post = async (n: number) => {
    const at = performance.now()
    const { pathname, search } = new URL(door.webhookOf(spaceId(n)))
    const { body } = await pool.request({
      method: 'POST',
      path: `${pathname}${search}&requestId=${randomUUID()}`,
      body: JSON.stringify({ text: `${at}`, fallbackText: '' }),
    })
    await body.dump()
  }
  const ages = (came: readonly ChatVisit[]) => came.map(({ at, message }) => at - Number(message?.text))
  return {
    name: 'undici',
    pids: () => [door.pid],
    async evenly(count) {
      const place = door.place()
      const startAt = performance.now()
      await Promise.all(
        Array.from({ length: count }, async (_, n) => {
          await sleep(Math.max(0, startAt + (n * 1_000) / perSecond - performance.now()))
          await post(n % steadySpaces)
        }),
      )
      return ages(await door.come(place, count))
    },
    async atOnce(count) {
      const place = door.place()
      const startAt = performance.now()
      await Promise.all(Array.from({ length: count }, (_, n) => post(n)))
      return lastOf(await door.come(place, count)) - startAt
    },
  }
}

const spaceId = (n: number) => `bench-${n}`

const aSpace = (n: number, webhook: SealedSecret, createdBy: string): SpaceDocument => ({
  _id: spaceId(n),
  name: spaceId(n),
  webhook,
  googleSpace: spaceId(n),
  rules: [{ news: ['appointment.checked'], departmentId: spaceId(n) }],
  language: 'en',
  patientShownAs: 'initials',
  relevantMinutes: 30,
  active: true,
  createdBy,
  createdAt: new Date(0),
  version: 1,
  updatedAt: new Date(0),
})

const aVisit = (_id: string, n: number): AppointmentDocument =>
  anAppointment({
    _id,
    fee: Decimal128.fromString('0'),
    department: { id: spaceId(n), name: 'Cardiology' },
  })

const lastOf = (came: readonly ChatVisit[]) => Math.max(...came.map(({ at }) => at))
