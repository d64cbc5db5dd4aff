import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FaultProxy, faultProxy } from '@rounds/testing'
import { expectedFile } from '../../e2e/mongo-oracle.ts'
import { over } from '../over.ts'
import { cannotSeeProcesses, processWitness } from '../process-witness.ts'
import type { Row } from '../row.ts'
import { type SlowReader, slowReader } from '../slow-reader.ts'
import { underLoad } from '../under-load.ts'
import { bodyOf } from '../watch-files.ts'
import type { World } from '../world.ts'

/** A file of several megabytes, and what it has to be. */
interface BigFile {
  readonly jobId: string
  readonly bytes: number
  readonly sha256: string
}

/** How often one download is broken off. */
const breaks = 5

export const downloads: Row = {
  name: 'downloads',
  injects:
    'downloads of a file of several megabytes are broken off five times each at random places (cut and reset) and resumed with Range and If-Range until they are whole, while others hold the same file on sockets from which they take 4 KB a second; of these, half then take the rest and half leave without a word',
  notHere: cannotSeeProcesses,
  hospital: { appointments: 40_000 },
  run: (world) =>
    underLoad(world, {
      row: 'downloads',
      jobs: world.size(20, 300),
      perSecond: 4,
      settledWithinMs: 120_000,
      async inject({ load, hit }) {
        const { stack } = world
        const each = world.size(10, 50)
        const gateway = processWitness(stack.services.gateway.pid() ?? 0)
        const proxy = await faultProxy(stack.ports.HTTP_PORT)
        let readers: readonly SlowReader[] = []
        try {
          await load.sent
          const file = await bigFile(world)
          const isRight = (content: Buffer | undefined) =>
            content !== undefined && bodyOf(file.jobId, content).sha256 === file.sha256
          const openFiles = () => gateway.openFiles(join(stack.artifactsDir, `${file.jobId}.`))
          const resuming = { wrong: 0, resumes: 0 }
          const resume = async (times: number) => {
            for (let count = 0; count < times; count += 1) {
              const { content, resumes } = await resumed(world, proxy, file)
              for (let broken = 0; broken < resumes; broken += 1) hit()
              resuming.resumes += resumes
              if (!isRight(content)) resuming.wrong += 1
            }
          }
          const lookedAt = async () => {
            await gateway.forgetPeak()
            const times = await pageTimes(world)
            await resume(each)
            return { times, peakMb: await gateway.peakMb() }
          }
          const without = await lookedAt()
          readers = await slowReaders(world, file, world.size(20, 50))
          for (const _ of readers) hit()
          const beside = await lookedAt()
          const held = await openFiles()
          const taken = readers.map((reader) => reader.taken())

          const [staying, leaving] = halves(readers)
          for (const reader of leaving) reader.giveUp()
          const wholes = await Promise.all(staying.map((reader) => reader.finish()))
          const isLetGo = await over(async () => (await gateway.openFiles(stack.artifactsDir)) === 0, 30_000)
          const mb = Math.round(file.bytes / 100_000) / 10
          return {
            bars: [
              {
                what: `resumes, of at most ${2 * each * breaks}`,
                seen: resuming.resumes,
                atLeast: each * breaks,
              },
              { what: 'resumed files that are not what they should be', seen: resuming.wrong, atMost: 0 },
              {
                what: 'slow readers whose file the gateway had read to its end long before they had',
                seen: readers.length - held,
                atMost: 0,
              },
              {
                what: `MB of memory, at the peak, that the gateway needed more for the same work while ${readers.length} slow readers held files of ${mb} MB each`,
                seen: Math.round(beside.peakMb - without.peakMb),
                atMost: 64,
              },
              {
                what: 'milliseconds of the page beside slow readers, at worst',
                seen: Math.max(...beside.times),
                atMost: 1_000,
              },
              {
                what: 'slow readers who took the rest and have not the file',
                seen: wholes.filter((whole) => !isRight(whole)).length,
                atMost: 0,
              },
              {
                what: 'files still held open when all readers were gone',
                seen: isLetGo ? 0 : await openFiles(),
                atMost: 0,
              },
            ],
            notes: [
              `the gateway's peak was ${Math.round(without.peakMb)} MB without slow readers; these readers had taken ${Math.min(...taken)} to ${Math.max(...taken)} bytes of ${file.bytes} when they were let go`,
            ],
          }
        } finally {
          for (const reader of readers) reader.giveUp()
          await proxy.close()
        }
      },
    }),
}

/** All appointments of the hospital. */
async function bigFile({ admin, stack, session, seed }: World): Promise<BigFile> {
  const asked = { report: 'appointments', parameters: {} }
  const right = await expectedFile(stack.mongo.url, {
    ...asked,
    role: 'admin',
    requestedBy: session.personId,
  })
  const { jobId } = await admin.send<{ jobId: string }>('POST', '/v1/reports', asked, {
    'idempotency-key': `a-big-file-${seed}`,
  })
  const isDone = await over(
    async () => (await admin.get<{ state: string }>(`/v1/jobs/${jobId}`)).state === 'done',
    60_000,
  )
  if (!isDone) throw new Error('a big file was not made within a minute')
  return { jobId, bytes: right.length, sha256: bodyOf(jobId, right).sha256 }
}

/** Downloads through a connection that breaks off again and again, and takes up each time where it ended. */
async function resumed(
  world: World,
  proxy: FaultProxy,
  { jobId, bytes }: BigFile,
): Promise<{ readonly content: Buffer | undefined; readonly resumes: number }> {
  const pieces: Buffer[] = []
  let etag = ''
  let have = 0
  for (let resumes = 0; resumes < 20; resumes += 1) {
    const isBroken = resumes < breaks
    const remove = isBroken
      ? proxy.add({
          when: 'server',
          match: { afterBytes: world.chance.below(Math.floor(bytes / (breaks + 2))) },
          do: world.chance.oneIn(2) ? 'cut' : 'reset',
          at: 'after',
        })
      : () => {}
    try {
      const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-`, 'if-range': etag } : {}
      const answer = await world.admin.raw(`http://127.0.0.1:${proxy.port}/v1/reports/${jobId}/file`, {
        headers: { ...headers, connection: 'close' },
        signal: AbortSignal.timeout(20_000),
      })
      if (answer.status === 200) {
        pieces.length = 0
        have = 0
      } else if (answer.status !== 206) throw new Error(`the download answered ${answer.status}`)
      etag = answer.headers.get('etag') ?? ''
      for await (const piece of answer.body ?? []) {
        pieces.push(Buffer.from(piece))
        have += piece.byteLength
      }
      return { content: Buffer.concat(pieces), resumes }
    } catch {
      // Broken off, and taken up again.
    } finally {
      remove()
    }
  }
  return { content: undefined, resumes: breaks }
}

async function slowReaders(
  { stack }: World,
  { jobId }: BigFile,
  count: number,
): Promise<readonly SlowReader[]> {
  const answer = await fetch(`${stack.url}/v1/session/demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'admin' }),
  })
  const cookie = answer.headers
    .getSetCookie()
    .map((header) => header.split(';', 1)[0])
    .join('; ')
  const url = new URL(`/v1/reports/${jobId}/file`, stack.url)
  return Promise.all(Array.from({ length: count }, () => slowReader(url, cookie)))
}

async function pageTimes(world: World): Promise<readonly number[]> {
  const times: number[] = []
  for (let count = 0; count < world.size(50, 200); count += 1) {
    const since = performance.now()
    await world.admin.get('/v1/appointments?limit=50')
    times.push(Math.round(performance.now() - since))
    await sleep(50)
  }
  return times
}

function halves<T>(list: readonly T[]): readonly [readonly T[], readonly T[]] {
  const middle = Math.ceil(list.length / 2)
  return [list.slice(0, middle), list.slice(middle)]
}
