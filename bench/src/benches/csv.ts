import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ApiClient, demoClient, followJob } from '@rounds/stack'
import { contest, type Variant } from '../contest.ts'
import { medianOf, ratio, timesOf } from '../goals.ts'
import type { Ground } from '../ground.ts'
import { forgetFiles, type Hospital, hospitalPids, hospitalWith } from '../hospital.ts'
import { celeryWorker } from '../peers/celery.ts'
import { forgetPeaks, peakMb } from '../processes.ts'
import type { Bench } from './bench.ts'

const speed = 'rows/s'
const memory = 'MB peak memory'
const loopDelay = 'ms loop delay p99'
const big = (unit: string) => `${unit}, big file`

/** Twelve of the thirteen that an admin may have; the peers write the same. */
const columns = [
  'appointmentId',
  'startsAt',
  'status',
  'patientNumber',
  'patientName',
  'doctorNumber',
  'doctorName',
  'department',
  'reason',
  'minutes',
  'fee',
  'bookedAt',
]

export const csv: Bench = {
  name: 'csv',
  about: '1,000,000 appointments × 12 columns, from mongod to the finished file',
  notes: [
    'Ours is the way a person goes: POST /v1/reports, gateway, outbox, JetStream, ledger, reports, a file that is synced, hashed, renamed and told of over the event stream. The time runs from the request to the job that says `done`.',
    'Everybody asks mongod the same: all appointments, sorted by (`startsAt`, `_id`), projected to the ten whole fields that the twelve columns come from. Ours reads a snapshot and counts first; the others do neither. Nobody but ours guards against formulas, hashes or syncs the file.',
    '`celery` is a task of a prefork worker (`-c 2`) with pymongo and the csv module; `json2csv` deserialises and hands `@json2csv/plainjs` a batch at a time; `csv-stringify` is a pipeline of streams; `cursor` is the limit: raw batches, counted and thrown away. All are warm processes; starting them is not in it.',
    'Peak memory is that of the biggest process (VmHWM), for ours the reports service. The loop delay is what the reports service tells at /metrics about the time of one export; it includes the 10 ms at which the meter itself looks.',
    '“Big file”: 5,000,000 rows (`--large`).',
  ],
  goals: [
    { text: 'at least 4 × Celery', figure: timesOf(speed, 'celery'), atLeast: 4, unit: '×' },
    { text: 'at least 5 × @json2csv', figure: timesOf(speed, 'json2csv'), atLeast: 5, unit: '×' },
    {
      text: 'at least 70 % of the bare cursor',
      figure: (rows) => percent(timesOf(speed, 'cursor')(rows)),
      atLeast: 70,
      unit: '%',
    },
    {
      text: 'memory of the reports service at most 300 MB',
      figure: medianOf(memory),
      atMost: 300,
      unit: 'MB',
    },
    {
      text: 'the same within 10 % for five times the rows',
      figure: ratio(medianOf(big(memory)), medianOf(memory)),
      atLeast: 0.9,
      atMost: 1.1,
      unit: '×',
    },
    {
      text: 'other work in the reports process waits at most 20 ms (p99)',
      figure: medianOf(loopDelay),
      atMost: 20,
      unit: 'ms',
    },
    {
      text: 'the same with the big file',
      figure: medianOf(big(loopDelay)),
      atMost: 20,
      unit: 'ms',
    },
  ],
  largeUnits: [speed, memory, loopDelay].map(big),
  async run(ground) {
    return ground.large ? bigSize(ground) : usualSize(ground)
  },
}

const percent = (part: number | undefined) => (part === undefined ? undefined : part * 100)

async function usualSize(ground: Ground) {
  const hospital = await hospitalWith(ground.rows, ground)
  const ours = await oursIn(hospital, ground.rows)
  const rows = await contest('csv', [ours, ...(await peersOf(hospital, ground))], ground)
  await hospital.stop()
  return rows
}

async function bigSize(ground: Ground) {
  const hospital = await hospitalWith(ground.manyRows, ground)
  const rows = await contest('csv', [await oursIn(hospital, ground.manyRows, big)], ground)
  await hospital.stop()
  return rows
}

async function oursIn(hospital: Hospital, rows: number, called = (unit: string) => unit): Promise<Variant> {
  const exporting = ourExport(hospital, await demoClient(hospital.url, 'admin'), rows)
  return {
    name: 'ours',
    pids: () => hospitalPids(hospital),
    run: async () => {
      const { rowsPerSecond, peak, delayMs } = await exporting()
      return { [called(speed)]: rowsPerSecond, [called(memory)]: peak, [called(loopDelay)]: delayMs }
    },
    tidy: () => forgetFiles(hospital.artifactsDir),
  }
}

/** One export from the request to the job that is done, and what it did to the process that wrote it. */
function ourExport(hospital: Hospital, client: ApiClient, rows: number) {
  return async () => {
    const reports = hospital.services.reports.pid() ?? 0
    await forgetPeaks([reports])
    await loopDelayMs(hospital)
    const since = performance.now()
    const { jobId } = await client.send<{ jobId: string }>(
      'POST',
      '/v1/reports',
      { report: 'appointments', columns },
      { 'idempotency-key': randomUUID() },
    )
    const { state, result, failure } = await followJob(client, jobId, { withinMs: 1_800_000 })
    const seconds = (performance.now() - since) / 1_000
    if (state !== 'done' || result?.rows !== rows)
      throw new Error(`the job ended ${state} ${failure?.code ?? ''}`)
    return {
      rowsPerSecond: rows / seconds,
      peak: await peakMb([reports]),
      delayMs: await loopDelayMs(hospital),
    }
  }
}

/** What the reports service measured since it was last asked. */
async function loopDelayMs({ ports }: Hospital): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${ports.REPORTS_OPS_PORT}/metrics`)
  const [, seconds] = /^nodejs_eventloop_lag_p99_seconds\S* (\S+)$/m.exec(await answer.text()) ?? []
  if (seconds === undefined) throw new Error('the reports service tells nothing of its event loop')
  return Number(seconds) * 1_000
}

async function peersOf(hospital: Hospital, ground: Ground): Promise<Variant[]> {
  const dir = join(ground.cacheDir, 'exports')
  await mkdir(dir, { recursive: true })
  const environment = { MONGO_URL: hospital.mongo.url }
  const { worker, client, redis } = await celeryWorker(ground, environment)
  const scripts = await Promise.all(
    ['json2csv', 'csv-stringify', 'cursor'].map(async (name) => ({
      name,
      script: await ground.node(`${name}.mjs`, environment),
    })),
  )

  const peer = (name: string, pids: readonly number[], ask: (file: string) => Promise<unknown>): Variant => {
    const file = join(dir, `${name}.csv`)
    return {
      name,
      pids: () => [hospital.mongo.pid, ...pids],
      run: async () => {
        await forgetPeaks(pids)
        const since = performance.now()
        await ask(file)
        const seconds = (performance.now() - since) / 1_000
        if (name !== 'cursor') await assertWhole(file, ground.rows)
        return { [speed]: ground.rows / seconds, [memory]: await peakMb(pids) }
      },
      tidy: () => rm(file, { force: true }),
    }
  }
  return [
    peer('celery', [worker.pid, client.pid, redis.pid], (file) => client.ask({ file })),
    ...scripts.map(({ name, script }) =>
      peer(name, [script.pid], async (file) => {
        const { rows } = await script.ask<{ rows: number }>({ file })
        if (rows !== ground.rows) throw new Error(`${name} wrote ${rows} rows`)
      }),
    ),
  ]
}

/** A row of this report is never shorter: whoever wrote less has not written all of them. */
async function assertWhole(file: string, rows: number): Promise<void> {
  const { size } = await stat(file)
  if (size < rows * 120) throw new Error(`${file} has ${size} bytes only`)
}
