import { contest, type Variant } from '../contest.ts'
import { medianOf, ratio } from '../goals.ts'
import type { Ground } from '../ground.ts'
import { smallHospital } from '../hospital.ts'
import type { Servers } from '../noop/log.ts'
import { celeryWorker } from '../peers/celery.ts'
import type { Asked } from '../program.ts'
import { percentile } from '../statistics.ts'
import type { Bench } from './bench.ts'

const rate = 'jobs/s'
const p50 = 'ms to start p50 at 200/s'
const p99 = 'ms to start p99 at 200/s'
/** A run is four seconds, and the code of none is warm after the first. */
const warmUps = 3
const crowded = (unit: string) => `${unit}, 1 M waiting`

export const job: Bench = {
  name: 'job',
  about: 'a job that does nothing: submitted → settled',
  notes: [
    'Ours is two processes made of the product’s libraries as gateway and reports are: one writes each ask down with its event (majority, on disk) and relays it to JetStream (`sync_interval: always`); the other hears it, accepts it into its ledger (claimed with the same write where a hand is free), settles it together with an outgoing event, and relays that. Settled is settled in the ledger, on disk. Writes go at once, as is usual; those of reports, whose work takes longer than a write, wait for company.',
    '`celery` is a prefork worker (`-c 2`, acknowledged early, Redis syncing once a second) and a client that waits for all results; `bullmq-*` is a worker with concurrency 50 and a client that adds 256 at a time, with Redis syncing once a second or before each answer.',
    `Each runs ${warmUps} times to warm up before the race for jobs/s.`,
    '“1 M waiting”: the ledger holds 1,000,000 more jobs that are due tomorrow.',
  ],
  goals: [
    { text: 'at least 2,500 jobs/s', figure: medianOf(rate), atLeast: 2_500, unit: 'jobs/s' },
    { text: 'submit → start p50 at 200/s at most 8 ms', figure: medianOf(p50), atMost: 8, unit: 'ms' },
    {
      text: 'as many jobs/s with 1,000,000 waiting, within 10 %',
      figure: ratio(medianOf(crowded(rate)), medianOf(rate)),
      atLeast: 0.9,
      unit: '×',
    },
    {
      text: 'as early a start with 1,000,000 waiting, within 10 %',
      figure: ratio(medianOf(crowded(p50)), medianOf(p50)),
      atMost: 1.1,
      unit: '×',
    },
  ],
  async run(ground) {
    const us = await ours(ground)
    const teams = [us, await celery(ground), await bullmq(ground, 'everysec'), await bullmq(ground, 'always')]
    const rows = [
      ...(await contest(
        'job',
        teams.map((team) => fast(team, ground)),
        { ...ground, warmUps },
      )),
      ...(await contest(
        'job',
        teams.map((team) => slow(team, ground)),
        ground,
      )),
    ]
    ground.tell(`  adding ${ground.waiting.toLocaleString('en')} jobs that wait`)
    await us.crowd(ground.waiting)
    return [
      ...rows,
      ...(await contest('job', [fast(us, ground, crowded)], ground)),
      ...(await contest('job', [slow(us, ground, crowded)], ground)),
    ]
  },
}

/** Some who submit jobs and some who do them. */
interface Team {
  readonly name: string
  readonly pids: () => readonly number[]
  /** Submits so many and tells when the first was submitted, the last was settled, and how long each waited to start. */
  do(asked: { readonly count: number; readonly perSecond?: number }): Promise<Done>
  tidy?(): Promise<void>
}

interface Done {
  readonly startedAt: number
  readonly finishedAt: number
  readonly waitsMs: readonly number[]
}

const asItIs = (unit: string) => unit

function fast(team: Team, { jobs }: Ground, called = asItIs): Variant {
  return {
    ...team,
    run: async () => {
      const { startedAt, finishedAt } = await team.do({ count: jobs })
      return { [called(rate)]: jobs / ((finishedAt - startedAt) / 1_000) }
    },
  }
}

function slow(team: Team, { steadySeconds }: Ground, called = asItIs): Variant {
  const perSecond = 200
  return {
    ...team,
    run: async () => {
      const { waitsMs } = await team.do({ count: steadySeconds * perSecond, perSecond })
      return { [called(p50)]: percentile(waitsMs, 0.5), [called(p99)]: percentile(waitsMs, 0.99) }
    },
  }
}

/** Two processes of ours in a hospital whose gateway and reports have gone home, with a database of their own. */
async function ours(ground: Ground): Promise<Team & { crowd(count: number): Promise<void> }> {
  const hospital = await smallHospital(ground)
  const { nats, mongo, services } = hospital
  await services.gateway.stop()
  await services.reports.stop()
  const mongoUrl = mongo.url.replace('/rounds?', '/noop?')
  const opened = async (file: string, as: 'gateway' | 'reports') => {
    const program = await ground.ours(file)
    const open: Servers = { mongoUrl, natsUrl: nats.url, natsPassword: nats.passwordOf(as) }
    await program.ask({ open })
    return program
  }
  const doer = await opened('noop/doer.ts', 'reports')
  const asker = await opened('noop/asker.ts', 'gateway')
  return {
    ...together('ours', asker, doer, [mongo.pid, nats.pid]),
    tidy: async () => {
      await asker.ask({ said: true })
      await doer.ask({ said: true })
    },
    crowd: async (count) => void (await doer.ask({ crowd: count })),
  }
}

async function bullmq(ground: Ground, appendfsync: 'everysec' | 'always'): Promise<Team> {
  const redis = await ground.redis(appendfsync)
  const environment = { REDIS_URL: redis.url }
  const worker = await ground.node('bullmq-worker.mjs', environment)
  const client = await ground.node('bullmq-client.mjs', environment)
  return together(`bullmq-${appendfsync}`, client, worker, [redis.pid])
}

async function celery(ground: Ground): Promise<Team> {
  const { worker, client, redis } = await celeryWorker(ground)
  return {
    name: 'celery',
    pids: () => [worker.pid, client.pid, redis.pid],
    do: (asked) => client.ask<Done>(asked),
  }
}

function together(name: string, asker: Asked, doer: Asked, others: readonly number[]): Team {
  return {
    name,
    pids: () => [asker.pid, doer.pid, ...others],
    async do(asked) {
      const [done, { startedAt }] = await Promise.all([
        doer.ask<Omit<Done, 'startedAt'>>({ count: asked.count }),
        asker.ask<{ startedAt: number }>(asked),
      ])
      return { startedAt, ...done }
    },
  }
}
