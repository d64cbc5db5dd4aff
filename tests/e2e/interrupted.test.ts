import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job, Task } from '@rounds/contracts/http'
import {
  type ApiClient,
  demoClient,
  download,
  followJob,
  reported,
  startStack,
  type TestStack,
} from '@rounds/stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectedFile } from './mongo-oracle.ts'
import { until } from './until.ts'

let stack: TestStack
let admin: ApiClient
/** What each of these reports has to be: nobody changes an appointment here. */
let right: Buffer

beforeAll(async () => {
  stack = await startStack({ appointments: 120_000 })
  admin = await demoClient(stack.url, 'admin')
  const asked = { report: 'appointments', role: 'admin', requestedBy: admin.session.personId } as const
  right = await expectedFile(stack.mongo.url, asked)
})
afterAll(() => stack?.stop())

describe('an export is interrupted', () => {
  it('finishes after kill -9 of reports, with one file and the right hash', async () => {
    await storyOf(() => stack.kill('reports'))
    expect(stack.restarts('reports')).toBe(1)
    expect(stack.told.join()).toContain('reports ended (SIGKILL)')
  })

  it('finishes after kill -9 of the gateway, with one file and the right hash', async () => {
    await storyOf(() => stack.kill('gateway'))
    expect(stack.restarts('gateway')).toBe(1)
  })

  it('finishes after an orderly restart of both, with one file and the right hash', async () => {
    await storyOf(async () => {
      const { reports, gateway } = stack.services
      await Promise.all([reports.stop(), gateway.stop()])
      await Promise.all([reports.start(), gateway.start()])
      await stack.ready()
    })
  })

  it('stops within two seconds when it is called off, and leaves no file', async () => {
    const jobId = await ask()
    await whileWriting(jobId, async () => {
      const { links } = await admin.get<Job>(`/v1/jobs/${jobId}`)
      await admin.send('POST', links.cancel ?? 'no link to cancel')
    })
    const calledOffAt = Date.now()

    expect((await admin.get<Job>(`/v1/jobs/${jobId}`)).state).toBe('cancelled')
    expect((await admin.get<Task>(`/v1/tasks/${jobId}`)).status).toBe('REVOKED')
    const itsFiles = async () => (await files()).filter((name) => name.includes(jobId))
    await until('its files are gone', itsFiles, (left) => left.length === 0)
    expect(Date.now() - calledOffAt).toBeLessThan(2_000)
    await reported(
      admin,
      { report: 'appointments', parameters: { status: 'missed' } },
      join(stack.dataDir, 'next.csv'),
    )
    expect(await itsFiles()).toEqual([])
  })
})

/** Somebody asks for everything; when rows are being written, it happens; in the end the file is whole and the only one. */
async function storyOf(happens: () => unknown) {
  const before = await csvFiles()
  const jobId = await ask()
  const followed = await whileWriting(jobId, happens)
  const job = await followed.end

  expect(job).toMatchObject({ state: 'done', result: { rows: 120_000, rowsSkipped: 0 } })
  const saved = await download(admin, job.links.download ?? '', join(stack.dataDir, `${jobId}.csv`))
  expect(saved).toMatchObject({ rows: 120_000, sha256: job.result?.sha256, etag: `"${job.result?.sha256}"` })
  expect((await readFile(saved.file)).equals(right)).toBe(true)
  // What a killed worker left half-written has a temporary name, and goes when its heir is done or an hour later.
  await until('one file more', csvFiles, (now) => now.length === before.length + 1)
}

/** Lets something happen while rows are being written; answers how the job ends. */
async function whileWriting(jobId: string, happens: () => unknown): Promise<{ end: Promise<Job> }> {
  const happened = Promise.withResolvers<unknown>()
  let isDue = true
  const end = followJob(admin, jobId, {
    withinMs: 110_000,
    progress: ({ phase, rows }) => {
      if (!isDue || phase !== 'writing' || rows === 0) return
      isDue = false
      happened.resolve(happens())
    },
  })
  const tooLate = end.then(() => isDue && expect.fail('it ended before anything happened'))
  await Promise.race([happened.promise, tooLate])
  await happened.promise
  return { end }
}

async function ask(): Promise<string> {
  const report = { report: 'appointments' }
  const key = { 'idempotency-key': randomUUID() }
  return (await admin.send<{ jobId: string }>('POST', '/v1/reports', report, key)).jobId
}

const files = () => readdir(stack.artifactsDir, { recursive: true })
const csvFiles = async () => (await files()).filter((name) => name.endsWith('.csv'))
