import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Supervised, supervised } from './supervisor.ts'

let dir: string
const running: Supervised[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rounds-supervisor-'))
})
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await rm(dir, { recursive: true, force: true })
})

describe('a supervised process', () => {
  it('is started again after a crash, and that is said', async () => {
    const { child, told } = await setUp('setInterval(() => {}, 1_000)')
    const first = await pidOf(child)

    child.kill()
    await vi.waitFor(() => expect(child.restarts()).toBe(1))
    await vi.waitFor(() => expect(child.pid()).not.toBe(first), { timeout: 5_000 })

    expect(told).toEqual(['tried ended (SIGKILL) after 0 s; starting it again in 0.5 s.'])
  })

  it('knows nothing of our environment but what it is given, and keeps its log', async () => {
    const { log } = await setUp(
      'console.log(Object.keys(process.env).sort().join()); setInterval(() => {}, 1_000)',
    )
    await vi.waitFor(async () => expect(await log()).toContain('ONLY'), { timeout: 5_000 })
    expect((await log()).trim()).toBe('ONLY')
  })

  it('is ended and started again when it says that it is stuck, even if it does not listen', async () => {
    const [port] = await freePorts(1)
    const { child, told } = await setUp(
      `import { createServer } from 'node:http'
       process.on('SIGTERM', () => {})
       const body = JSON.stringify({ ok: false, checks: [{ name: 'flow', ok: false, reason: 'nothing moves' }] })
       createServer((_, answer) => answer.writeHead(503).end(body)).listen(${port}, '127.0.0.1')`,
      `http://127.0.0.1:${port}/livez`,
    )
    const first = await pidOf(child)

    await vi.waitFor(() => expect(child.restarts()).toBe(1), { timeout: 10_000 })
    await vi.waitFor(() => expect(child.pid()).not.toBe(first), { timeout: 5_000 })

    expect(told.slice(0, 2)).toEqual([
      'tried is stuck (nothing moves); ending it.',
      expect.stringMatching(/^tried ended \(SIGKILL\) after \d+ s; starting it again in /),
    ])
    const stopped = child.stop()
    child.kill()
    await stopped
  })

  it('stays stopped when it was asked to stop', async () => {
    const { child, told } = await setUp(
      'process.on("SIGTERM", () => process.exit(0)); console.log("here"); setInterval(() => {}, 1_000)',
    )
    await vi.waitFor(() => expect(told).toEqual(['tried: here']), { timeout: 5_000 })
    await child.stop()
    await child.stop()
    expect(child.pid()).toBe(undefined)
    expect(child.restarts()).toBe(0)
  })
})

async function setUp(program: string, liveUrl?: string) {
  const place = await mkdtemp(join(dir, 'one-'))
  const file = join(place, 'main.mjs')
  await writeFile(file, program)
  const told: string[] = []
  const plan = { name: 'tried', file, environment: { ONLY: 'this' }, ...(liveUrl ? { liveUrl } : {}) }
  const child = supervised(plan, place, (line) => told.push(line), {
    askEveryMs: 100,
    stuckPatienceMs: 100,
  })
  running.push(child)
  await child.start()
  return { child, told, log: () => readFile(join(place, 'tried.log'), 'utf8') }
}

const pidOf = (child: Supervised) =>
  vi.waitFor(() => {
    const pid = child.pid()
    if (pid === undefined) throw new Error('not running yet')
    return pid
  })
