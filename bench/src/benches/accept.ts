import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { freePorts } from '@rounds/local-servers'
import { MongoClient } from 'mongodb'
import { contest, type Variant } from '../contest.ts'
import { medianOf, timesOf } from '../goals.ts'
import type { Ground } from '../ground.ts'
import { forget, hospitalPids, smallHospital } from '../hospital.ts'
import type { Load } from '../load/generator.ts'
import { cookieOf, load } from '../load/load.ts'
import { flaskDoor } from '../peers/celery.ts'
import type { Asked } from '../program.ts'
import type { Bench } from './bench.ts'

const run = promisify(execFile)
const rate = 'requests/s'
const steady = 'ms p99 at 200/s'

/** A report that finds nothing, for all doors. */
const wish = { report: 'appointments', parameters: { from: '1990-01-01', to: '1990-01-01' } }

export const accept: Bench = {
  name: 'accept',
  about: 'POST /v1/reports → 202, asked for by another process over 16 connections that stay open',
  notes: [
    'Ours answers once the job, its event and the audit entry are on disk with a majority of MongoDB (`w: majority, j: true`; here one node), the caller’s session was known (asked for at most once a second: decision 0018) and the idempotency key was taken. `celery` is Flask under gunicorn (2 workers, the usual kind, which closes each connection) answering after `.delay()`; Redis syncs once a second. `bullmq-*` is Fastify answering after `queue.add()`, with Redis syncing once a second or before each answer. The peers know nobody and keep no ledger.',
    'Those who do the work are stopped everywhere (the reports service, Celery’s workers, BullMQ’s workers), so that only the accepting is measured. Our relay publishes to JetStream meanwhile, as always.',
    'Afterwards as many jobs stand in MongoDB as were promised, or the run does not count.',
    'At 200/s a late answer counts from the moment its question was due.',
  ],
  goals: [
    { text: 'at least 3 × Flask + Celery', figure: timesOf(rate, 'celery'), atLeast: 3, unit: '×' },
    {
      text: 'at least 0.4 × BullMQ with Redis syncing always',
      figure: timesOf(rate, 'bullmq-always'),
      atLeast: 0.4,
      unit: '×',
    },
    { text: 'p99 at 200/s at most 50 ms', figure: medianOf(steady), atMost: 50, unit: 'ms' },
  ],
  async run(ground) {
    const generator = await ground.ours('load/generator.ts')
    const doors = [
      await ours(ground, generator),
      await flask(ground, generator),
      await fastify(ground, generator, 'everysec'),
      await fastify(ground, generator, 'always'),
    ]
    const fast = { seconds: ground.seconds, connections: 16 }
    const slow = { seconds: ground.steadySeconds, perSecond: 200 }
    return [
      ...(await contest(
        'accept',
        doors.map((door) => door(fast)),
        ground,
      )),
      ...(await contest(
        'accept',
        doors.map((door) => door(slow)),
        ground,
      )),
    ]
  },
}

type Pace = Pick<Load, 'seconds' | 'connections' | 'perSecond'>
type Door = (pace: Pace) => Variant

async function knock(generator: Asked, origin: string, pace: Pace, headers: Record<string, string> = {}) {
  return load(generator, { origin, path: '/v1/reports', method: 'POST', headers, body: wish, ...pace })
}

const figures = ({ perSecond, p99Ms }: { perSecond: number; p99Ms: number }, pace: Pace) =>
  pace.perSecond === undefined ? { [rate]: perSecond, 'ms p99 at full speed': p99Ms } : { [steady]: p99Ms }

async function ours(ground: Ground, generator: Asked): Promise<Door> {
  const hospital = await smallHospital(ground)
  await hospital.services.reports.stop()
  const cookie = await cookieOf(hospital.url, 'admin')
  const origin = hospital.url.replace('localhost', '127.0.0.1')
  return (pace) => ({
    name: 'ours',
    pids: () => hospitalPids(hospital),
    run: async () => {
      const loaded = await knock(generator, origin, pace, { cookie })
      await using client = new MongoClient(hospital.mongo.url)
      const jobs = await client.db().collection('jobs').countDocuments()
      if (jobs < loaded.requests) throw new Error(`${loaded.requests} were promised, ${jobs} stand there`)
      return figures(loaded, pace)
    },
    // Also ends what the relay still has to say.
    tidy: () => forget(hospital, ['jobs', 'audit']),
  })
}

async function flask(ground: Ground, generator: Asked): Promise<Door> {
  const redis = await ground.redis('everysec')
  const door = await flaskDoor(ground, { REDIS_URL: redis.url })
  return (pace) => ({
    name: 'celery',
    pids: () => [door.pid, redis.pid],
    run: async () => figures(await knock(generator, door.url, pace), pace),
    // The queue alone: without its bindings Celery would route nothing.
    tidy: async () => void (await run('redis-cli', ['-u', redis.url, 'del', 'celery'])),
  })
}

async function fastify(ground: Ground, generator: Asked, appendfsync: 'everysec' | 'always'): Promise<Door> {
  const redis = await ground.redis(appendfsync)
  const [port = 0] = await freePorts(1)
  const door = await ground.node('bullmq-door.mjs', { REDIS_URL: redis.url, PORT: `${port}` })
  return (pace) => ({
    name: `bullmq-${appendfsync}`,
    pids: () => [door.pid, redis.pid],
    run: async () => figures(await knock(generator, `http://127.0.0.1:${port}`, pace), pace),
    tidy: async () => void (await run('redis-cli', ['-u', redis.url, 'flushall'])),
  })
}
