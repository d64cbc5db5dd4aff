import { setTimeout as sleep } from 'node:timers/promises'
import { type Body, check, percentile } from './checker.ts'
import { type Load, type LoadPlan, startLoad } from './load.ts'
import { mongoWitness } from './mongo-witness.ts'
import type { Bar, Observed } from './row.ts'
import { compareWithStreams, streamBars, streamNotes } from './streams.ts'
import { bodyOf, standingFiles, watchFiles } from './watch-files.ts'
import type { World } from './world.ts'

/** What a row does while people ask for reports. */
export interface Injecting {
  readonly load: Load
  /** Counts one fault. */
  hit(): void
}

/** What a row itself found out. */
export interface Findings {
  readonly bars?: readonly Bar[]
  readonly notes?: readonly string[]
}

export interface Story extends LoadPlan {
  /** How long after the last fault everything accepted has to be done. */
  readonly settledWithinMs?: number
  /** Injects; answers with bars and notes of its own, if it has any. */
  readonly inject: (injecting: Injecting) => Promise<Findings | undefined>
  /** Asked once everything is over. */
  readonly after?: (seen: { readonly load: Load; readonly settledMs: number }) => readonly Bar[]
}

/** The plot of most rows: people ask, faults happen, everything ends, the witnesses are compared. */
export async function underLoad(world: World, story: Story): Promise<Observed> {
  const { stack } = world
  world.beginRow(story.row)
  const witness = await mongoWitness(stack.mongo.url)
  const isEarlier = new Set(await standingFiles(stack.artifactsDir))
  const files = watchFiles(stack.artifactsDir, isEarlier)
  const killsBefore = world.kills.length
  let injected = 0
  const hit = () => {
    injected += 1
  }
  const load = await startLoad(world, story)
  const reader = readAllTheTime(world, load)
  try {
    const found = await story.inject({ load, hit })
    const faultsOverAt = Date.now()
    await load.sent
    const settledMs = await settled(
      world,
      witness.unsaid,
      story.settledWithinMs ?? world.size(60_000, 180_000),
      faultsOverAt,
    )
    await reader.stop()
    const jobs = await witness.jobs(`${story.row}-${world.seed}-`)
    const done = jobs.filter(({ state }) => state === 'done').map(({ jobId }) => jobId)
    const accepted = new Set(load.log.accepted.map(({ jobId }) => jobId))
    const atTheEnd = await downloadAll(
      world,
      done.filter((jobId) => accepted.has(jobId)),
    )
    await files.stop()
    const isOfThisRow = ({ jobId }: Pick<Body, 'jobId'>) => accepted.has(jobId)
    const heard = await compareWithStreams(stack)
    const kills = world.kills
      .slice(killsBefore)
      .flatMap(({ service, at }) => (service === 'reports' ? [at] : []))
    const { failed, examples, ...verdict } = check({
      accepted: load.log.accepted,
      unanswered: load.unanswered,
      downloads: [...reader.bodies, ...atTheEnd],
      files: files.bodies().filter(isOfThisRow),
      standing: (await standingFiles(stack.artifactsDir)).filter(
        (jobId) => accepted.has(jobId) && !isEarlier.has(jobId),
      ),
      jobs,
      unsaid: await witness.unsaid(),
      unaccounted: await witness.unaccounted(jobs.map(({ jobId }) => jobId)),
      unheard: heard.missing.length,
      kills,
      works: await witness.works(jobs.map(({ jobId }) => jobId)),
      right: new Map(world.wishes.map(({ name, right }) => [name, right])),
    })
    const more = story.after?.({ load, settledMs }) ?? []
    return {
      injected,
      ...verdict,
      // Each of these reports can be made, and no fault lasts longer than patience: a failed one gave up too early.
      bars: [
        { what: 'reports that failed', seen: failed, atMost: 0 },
        // Each job was asked for with one, at least.
        ...streamBars(heard, verdict.accepted),
        ...rescueBars(kills.length, verdict.rescues),
        ...(found?.bars ?? []),
        ...more,
      ],
      notes: [
        ...(found?.notes ?? []),
        `settled ${Math.round(settledMs / 100) / 10} s after the last fault and request`,
        `p99 of accepts ${Math.round(percentile(99, load.latencies))} ms, ${load.repeats()} repeats`,
        ...examples,
        ...streamNotes(heard),
      ],
    }
  } finally {
    await Promise.all([reader.stop(), files.stop(), witness.close()])
    await load.log.close()
  }
}

/** A bar on how long rescues take says nothing without one. A single kill may meet nobody at work. */
function rescueBars(kills: number, rescues: number): readonly Bar[] {
  return kills < 2
    ? []
    : [{ what: 'rescues after the kill of a worker, as the ledger tells', seen: rescues, atLeast: 1 }]
}

/** Somebody who downloads whatever was promised, all the time, whether or not it is ready. */
function readAllTheTime(world: World, { log }: Load) {
  const bodies: Body[] = []
  let isReading = true
  const reading = (async () => {
    while (isReading) {
      const entry = log.accepted[Math.floor(Math.random() * log.accepted.length)]
      const body = entry && (await download(world, entry.jobId))
      if (body) bodies.push(body)
      await sleep(50)
    }
  })()
  return {
    bodies: bodies as readonly Body[],
    async stop() {
      isReading = false
      await reading
    },
  }
}

/** The body, if it came whole; a broken-off one is known to be broken. */
export async function download({ admin }: World, jobId: string): Promise<Body | undefined> {
  try {
    const answer = await admin.raw(`/v1/reports/${jobId}/file`, { signal: AbortSignal.timeout(15_000) })
    const file = new Uint8Array(await answer.arrayBuffer())
    return answer.status === 200 ? bodyOf(jobId, file) : undefined
  } catch {
    return undefined
  }
}

async function downloadAll(world: World, jobIds: readonly string[]): Promise<readonly Body[]> {
  const left = [...jobIds]
  const bodies: Body[] = []
  const fetchers = Array.from({ length: 6 }, async () => {
    for (let jobId = left.pop(); jobId !== undefined; jobId = left.pop()) {
      const body =
        (await download(world, jobId)) ?? (await sleep(500).then(() => download(world, jobId as string)))
      if (body) bodies.push(body)
    }
  })
  await Promise.all(fetchers)
  return bodies
}

/** Waits until nobody has work and nothing is left to say; answers how long after `since` that was. */
async function settled(world: World, unsaid: () => Promise<number>, withinMs: number, since: number) {
  const deadline = Date.now() + withinMs
  for (;;) {
    if (!(await isWorkLeft(world)) && (await unsaid()) === 0) return Date.now() - since
    if (Date.now() > deadline) return Date.now() - since
    await sleep(200)
  }
}

/** Whether any job has not ended, as the page would say; also when nobody answers. */
export async function isWorkLeft({ admin }: World): Promise<boolean> {
  const answer = await admin
    .get<{ items: unknown[] }>('/v1/jobs?limit=1&q=state:queued+state:running+state:retrying')
    .catch(() => undefined)
  return answer?.items.length !== 0
}
