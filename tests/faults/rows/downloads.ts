import { setTimeout as sleep } from 'node:timers/promises'
import { faultProxy } from '@rounds/testing'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'
import { bodyOf } from '../watch-files.ts'
import type { World } from '../world.ts'

export const downloads: Row = {
  name: 'downloads',
  injects:
    'downloads are broken off at random places (cut and reset) and resumed with Range and If-Range until they are whole, while slow readers take a few kilobytes a second and others give up',
  hospital: { appointments: 20_000 },
  run: (world) =>
    underLoad(world, {
      row: 'downloads',
      jobs: world.size(20, 300),
      perSecond: 4,
      settledWithinMs: 120_000,
      async inject({ load, hit }) {
        const proxy = await faultProxy(world.stack.ports.HTTP_PORT)
        const counted = { wrong: 0, resumes: 0 }
        try {
          await load.sent
          const slow = Array.from({ length: world.size(10, 50) }, (_, index) =>
            readSlowly(world, load.log.accepted[index]?.jobId),
          )
          for (const { jobId, wish } of load.log.accepted) {
            await until(world, jobId)
            const right = world.wishes.find(({ name }) => name === wish)?.right
            const whole = await resumed(world, proxy, jobId, hit, counted)
            if (!whole || bodyOf(jobId, whole).sha256 !== right?.sha256) counted.wrong += 1
          }
          const times = await pageTimes(world)
          await Promise.all(slow)
          return {
            bars: [
              { what: 'resumed files that are not what they should be', seen: counted.wrong, atMost: 0 },
              {
                what: 'milliseconds of the page beside slow readers, at worst',
                seen: Math.max(...times),
                atMost: 1_000,
              },
            ],
            notes: [`${counted.resumes} resumes`],
          }
        } finally {
          await proxy.close()
        }
      },
    }),
}

/** Downloads through a connection that breaks off again and again, and takes up each time where it ended. */
async function resumed(
  world: World,
  proxy: Awaited<ReturnType<typeof faultProxy>>,
  jobId: string,
  hit: () => void,
  counted: { resumes: number },
): Promise<Buffer | undefined> {
  const pieces: Buffer[] = []
  let etag = ''
  let have = 0
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const isBroken = attempt < 5
    const remove = isBroken
      ? proxy.add({
          when: 'server',
          match: { afterBytes: 300 + world.chance.below(15_000) },
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
      return Buffer.concat(pieces)
    } catch {
      hit()
      counted.resumes += 1
    } finally {
      remove()
    }
  }
  return undefined
}

/** Takes a little at a time, and gives up after some seconds. */
async function readSlowly(world: World, jobId: string | undefined): Promise<void> {
  if (jobId === undefined) return
  try {
    const answer = await world.admin.raw(`/v1/reports/${jobId}/file`)
    const reader = answer.body?.getReader()
    for (let count = 0; count < 10; count += 1) {
      if ((await reader?.read())?.done !== false) return
      await sleep(500)
    }
    await reader?.cancel()
  } catch {
    // Broken off, as people do.
  }
}

async function pageTimes(world: World): Promise<readonly number[]> {
  const times: number[] = []
  for (let count = 0; count < 20; count += 1) {
    const since = performance.now()
    await world.admin.get('/v1/appointments?limit=50')
    times.push(Math.round(performance.now() - since))
    await sleep(50)
  }
  return times
}

async function until(world: World, jobId: string): Promise<void> {
  for (let count = 0; count < 300; count += 1) {
    const { state } = await world.admin.get<{ state: string }>(`/v1/jobs/${jobId}`)
    if (state === 'done') return
    await sleep(100)
  }
}
