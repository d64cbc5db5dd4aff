import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Job } from '@rounds/contracts/http'
import { type ApiClient, demoClient, download, followJob, startStack, type TestStack } from '@rounds/stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unsaidJobs } from './mongo-outbox.ts'
import { until } from './until.ts'

let stack: TestStack
let admin: ApiClient

beforeAll(async () => {
  stack = await startStack({ appointments: 3_000 })
  admin = await demoClient(stack.url, 'admin')
})
afterAll(() => stack?.stop())

describe('a server is away', () => {
  it('accepts reports while NATS is down, and makes them when it is back', async () => {
    await stack.nats.kill()
    const accepted = await ask()
    const looked = await admin.get<Job>(`/v1/jobs/${accepted}`)
    await stack.nats.restart()

    expect(looked.state).toBe('queued')
    await expectWhole(accepted)
  })

  it('finishes everything accepted after the broker lost its disk', async () => {
    await stack.services.reports.stop()
    const accepted = [await ask(), await ask(), await ask()]
    // Said to the broker, heard by nobody, and then forgotten by the broker.
    await until(
      'the outbox is empty',
      () => unsaidJobs(stack.mongo.url),
      (count) => count === 0,
    )
    await stack.nats.wipe()
    await stack.services.reports.start()

    for (const jobId of accepted) await expectWhole(jobId)
    await expectWhole(await ask())
  })

  it('answers 503 with Retry-After while MongoDB is down, and works on when it is back', async () => {
    await stack.mongo.kill()
    const answers = await Promise.all([
      admin.raw('/v1/appointments'),
      admin.raw('/v1/reports', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        body: JSON.stringify({ report: 'appointments' }),
      }),
    ])
    for (const answer of answers) {
      expect(answer.status).toBe(503)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
    }
    await stack.mongo.restart()

    await until(
      'the gateway has found it again',
      () => admin.raw('/v1/appointments?limit=1'),
      ({ status }) => status === 200,
    )
    await expectWhole(await ask())
    expect(stack.restarts('gateway')).toBe(0)
  })
})

async function ask(): Promise<string> {
  const { jobId } = await admin.send<{ jobId: string }>(
    'POST',
    '/v1/reports',
    { report: 'appointments' },
    { 'idempotency-key': randomUUID() },
  )
  return jobId
}

async function expectWhole(jobId: string) {
  const job = await followJob(admin, jobId, { withinMs: 90_000 })
  expect(job).toMatchObject({ state: 'done', result: { rows: 3_000 } })
  const saved = await download(admin, job.links.download ?? '', join(stack.dataDir, `${jobId}.csv`))
  expect(saved).toMatchObject({ rows: 3_000, sha256: job.result?.sha256 })
}
