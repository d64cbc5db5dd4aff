import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { demoClient, followJob } from '@rounds/stack'
import { request } from 'undici'
import { contest, type Variant } from '../contest.ts'
import { medianOf, ratio } from '../goals.ts'
import type { Ground } from '../ground.ts'
import { forgetFiles, type Hospital, hospitalPids, hospitalWith } from '../hospital.ts'
import { cookieOf, load } from '../load/load.ts'
import { celeryWorker, flaskDoor } from '../peers/celery.ts'
import { percentile } from '../statistics.ts'
import type { Bench } from './bench.ts'

const busy = 'ms'
const idle = 'ms idle'
const exportsAtOnce = 4
const perSecond = 50

export const responsiveness: Bench = {
  name: 'responsiveness',
  about: 'p99 of GET /v1/appointments, 50 times a second, while 4 exports of 1,000,000 rows run',
  notes: [
    'The first page as an admin sees it: 50 appointments by time, with a session that is asked for at most once a second. The page is asked for from before the first export is begun until the last is finished; a late answer counts from the second in which it was due.',
    'Ours writes one report at once for each two processors (EXPORTS_PER_MACHINE) and the others after it. `flask` is the same page from pymongo under gunicorn (2 workers of the usual kind, no time-out), the exports in the request, streamed; `celery` is the same Flask with the exports in a Celery worker (`-c 2`). The peers know nobody: they answer without asking who it is.',
    '“Idle” is the same page from the same processes before the exports.',
  ],
  goals: [
    { text: 'at most 2 × our idle p99', figure: ratio(medianOf(busy), medianOf(idle)), atMost: 2, unit: '×' },
    { text: 'at most 50 ms', figure: medianOf(busy), atMost: 50, unit: 'ms' },
  ],
  async run(ground) {
    const hospital = await hospitalWith(ground.rows, ground)
    const files = join(ground.cacheDir, 'exports')
    await mkdir(files, { recursive: true })
    const pages = [await ours(hospital), await flask(ground, hospital), await celery(ground, hospital, files)]
    const generator = await ground.ours('load/generator.ts')
    const rows = await contest(
      'responsiveness',
      pages.map((page) => watched(page, (what) => load(generator, what), ground)),
      ground,
    )
    await hospital.stop()
    return rows
  },
}

interface Page {
  readonly name: string
  readonly pids: () => readonly number[]
  readonly origin: string
  readonly headers?: Readonly<Record<string, string>>
  /** Resolves once one export is finished. */
  export(): Promise<void>
  tidy(): Promise<void>
}

type PutLoad = (what: Parameters<typeof load>[1]) => ReturnType<typeof load>

function watched(page: Page, put: PutLoad, { steadySeconds }: Ground): Variant {
  const { origin, headers = {} } = page
  const asked = (seconds: number) =>
    put({ origin, path: '/v1/appointments', method: 'GET', headers, perSecond, seconds })
  return {
    ...page,
    run: async () => {
      const { p99Ms } = await asked(steadySeconds)
      let underWay = true
      const exports = Promise.all(Array.from({ length: exportsAtOnce }, page.export)).finally(() => {
        underWay = false
      })
      exports.catch(() => {})
      const latenciesMs: number[] = []
      while (underWay) latenciesMs.push(...(await asked(1)).latenciesMs)
      await exports
      return { [busy]: percentile(latenciesMs, 0.99), [idle]: p99Ms }
    },
  }
}

async function ours(hospital: Hospital): Promise<Page> {
  const client = await demoClient(hospital.url, 'admin')
  return {
    name: 'ours',
    pids: () => hospitalPids(hospital),
    origin: hospital.url.replace('localhost', '127.0.0.1'),
    headers: { cookie: await cookieOf(hospital.url, 'admin') },
    async export() {
      const wish = { report: 'appointments' }
      const { jobId } = await client.send<{ jobId: string }>('POST', '/v1/reports', wish, {
        'idempotency-key': randomUUID(),
      })
      const { state, failure } = await followJob(client, jobId, { withinMs: 1_800_000 })
      if (state !== 'done') throw new Error(`the export ended ${state} ${failure?.code ?? ''}`)
    },
    tidy: () => forgetFiles(hospital.artifactsDir),
  }
}

async function flask(ground: Ground, { mongo }: Hospital): Promise<Page> {
  const redis = await ground.redis('everysec')
  const door = await flaskDoor(ground, { MONGO_URL: mongo.url, REDIS_URL: redis.url })
  return {
    name: 'flask',
    pids: () => [mongo.pid, door.pid],
    origin: door.url,
    async export() {
      const { body } = await request(`${door.url}/v1/exports.csv`, { headersTimeout: 0, bodyTimeout: 0 })
      for await (const _ of body);
    },
    tidy: async () => {},
  }
}

async function celery(ground: Ground, { mongo }: Hospital, files: string): Promise<Page> {
  const environment = { MONGO_URL: mongo.url }
  const { worker, redis } = await celeryWorker(ground, environment)
  const door = await flaskDoor(ground, { ...environment, REDIS_URL: redis.url })
  return {
    name: 'celery',
    pids: () => [mongo.pid, door.pid, worker.pid, redis.pid],
    origin: door.url,
    async export() {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ file: join(files, `${randomUUID()}.csv`) })
      const begun = await request(`${door.url}/v1/exports`, { method: 'POST', headers, body })
      const { jobId } = (await begun.body.json()) as { jobId: string }
      for (let state = ''; state !== 'SUCCESS'; ) {
        await sleep(500)
        const looked = await request(`${door.url}/v1/exports/${jobId}`)
        state = ((await looked.body.json()) as { state: string }).state
        if (state === 'FAILURE') throw new Error('the export failed')
      }
    },
    tidy: () => forgetFiles(files),
  }
}
