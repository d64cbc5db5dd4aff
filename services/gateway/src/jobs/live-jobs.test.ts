import { type ReportProgressed, reportCompleted, reportProgressed, reportStarted } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { type Job, newJob } from './job.ts'
import type { Jobs } from './job-store.ts'
import { liveHub } from './live-jobs.ts'

describe('the live hub', () => {
  it('reads again what is watched after a gap, and shows what it had not seen', async () => {
    const world = await setUp()
    world.hub.show(job)
    world.stored = { ...job, version: 2, state: 'running' }

    world.gap()

    await expect.poll(() => world.shown).toEqual([1, 2])
    expect(world.reads.at(-1)).toEqual(['person-1'])
  })

  it('reads everyone’s jobs once somebody watches who may see them, and none while nobody does', async () => {
    const world = await setUp()
    world.hub.watch({ ...quiet, viewer: { personId: 'admin-1', role: 'admin' } })
    world.gap()
    await expect.poll(() => world.reads).toEqual(['everyone'])

    world.hub.farewell()
    world.gap()
    await world.hub.stop()
    expect(world.reads).toHaveLength(1)
  })

  it('shows each version once, and none that is older', async () => {
    const world = await setUp()
    for (const version of [1, 2, 2, 1, 3]) world.hub.show({ ...job, version })

    expect(world.shown).toEqual([1, 2, 3])
  })

  it('goes on when an event cannot be applied: the durable subscription makes it good', async () => {
    const world = await setUp({ change: () => Promise.reject(new Error('the store is away')) })

    world.say(make(reportStarted, { reportId: 'job-1', attempt: 1 }))
    world.say(progress({ rows: 10 }))

    await expect.poll(() => world.rows).toEqual([10])
  })

  it('leaves events to the durable subscription while nobody watches and nothing is remembered of the job', async () => {
    const world = await setUp({ change: moved })
    world.hub.farewell()

    world.say(make(reportStarted, { reportId: 'job-1', attempt: 1 }))
    expect(world.changes).toBe(0)

    world.say(progress({ phase: 'retrying' }))
    await expect.poll(() => world.hub.retrying()).toEqual(['job-1'])
    world.say(make(reportCompleted, completed))
    await expect.poll(() => world.hub.retrying()).toEqual([])
    expect(world.changes).toBe(1)
  })

  it('misses no ending of a job that is just being read because of its progress', async () => {
    const world = await setUp({ change: moved })
    world.hub.farewell()

    world.say(progress({ phase: 'retrying' }))
    world.say(make(reportCompleted, completed))

    await expect.poll(() => world.changes).toBe(1)
    expect(world.hub.retrying()).toEqual([])
  })

  it('takes progress of the present attempt only, and only forwards', async () => {
    const world = await setUp()
    world.hub.show({ ...job, attempt: 2, state: 'running' })
    for (const said of [
      progress({ attempt: 1, rows: 90 }),
      progress({ attempt: 2, rows: 20 }),
      progress({ attempt: 2, rows: 10 }),
      progress({ attempt: 2, rows: 0, phase: 'retrying' }),
      progress({ attempt: 2, rows: 30 }),
      progress({ attempt: 3, rows: 5 }),
    ])
      world.say(said)

    await expect.poll(() => world.rows).toEqual([20, 0, 5])
    world.hub.show({ ...job, version: 9, attempt: 4, state: 'running' })
    expect(world.hub.progressOf('job-1')).toBeUndefined()
  })
})

const make = eventMaker('reports')
const now = new Date('2026-11-02T09:00:00Z')
const job = newJob(
  { report: 'appointments', parameters: {}, flavour: 'standard', gzip: false, fileName: 'appointments.csv' },
  { _id: 'job-1', requestedBy: 'person-1', requestedByName: 'Ada', role: 'doctor', correlationid: 'c-1' },
  now,
)
const quiet = { job() {}, progress() {}, end() {} }

const completed = {
  reportId: 'job-1',
  file: 'job-1.1.csv',
  rows: 1,
  rowsSkipped: 0,
  bytes: 1,
  sha256: 'a'.repeat(64),
  snapshotTime: now.toISOString(),
  expiresAt: now.toISOString(),
}
const moved = async (_: string, move: (job: Job) => Job) => ({ ...move(job), version: 2 })

const progress = (said: Partial<ReportProgressed['data']>) =>
  make(reportProgressed, { reportId: 'job-1', attempt: 1, phase: 'writing', rows: 0, ...said })

async function setUp({ change = async () => undefined }: { change?: Jobs['change'] } = {}) {
  const world = {
    stored: job as Job,
    shown: [] as number[],
    rows: [] as number[],
    changes: 0,
    reads: [] as unknown[],
    gap: () => {},
    say: (_event: unknown) => {},
  }
  const hub = liveHub({
    now: () => now,
    log: silent,
    bus: {
      async follow(_contracts, hearer, gap = () => {}) {
        world.gap = gap
        world.say = hearer as (event: unknown) => void
      },
    },
    jobs: {
      one: async () => world.stored,
      change(...how) {
        world.changes += 1
        return change(...how)
      },
      async changedSince(_since, { owners }) {
        world.reads.push(owners ?? 'everyone')
        return [world.stored]
      },
    },
    rereadEveryMs: 3_600_000,
  })
  await hub.start()
  const watcher = {
    viewer: { personId: 'person-1', role: 'doctor' } as const,
    job: ({ version }: Job) => void world.shown.push(version),
    progress: (_: string, { rows }: { rows: number }) => void world.rows.push(rows),
    end() {},
  }
  hub.watch(watcher)
  return Object.assign(world, { hub })
}
