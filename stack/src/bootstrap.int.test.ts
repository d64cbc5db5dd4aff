import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '@rounds/testing'
import { expect, it, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

it.each(['SIGTERM', 'SIGKILL'] as const)('ends what it started when npm ends on %s', async (signal) => {
  const dir = await mkdtemp(join(tmpdir(), 'rounds-bootstrap-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const [program, pidFile] = [join(dir, 'waits.mjs'), join(dir, 'pid')]
  await writeFile(
    program,
    `import { writeFileSync } from 'node:fs'
     writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))
     setInterval(() => {}, 1_000)`,
  )
  // In npm's place: starts the bootstrap, and ends without a word to it.
  const start = `require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'ignore' })`
  const npm = spawn(
    process.execPath,
    ['-e', start, join(root, 'stack/bootstrap.mjs'), relative(root, program)],
    { env: { ...process.env, npm_execpath: 'npm' }, stdio: 'ignore' },
  )
  const pid = Number(
    await until(
      'the program that was started',
      () => readFile(pidFile, 'utf8').catch(() => ''),
      (text) => text !== '',
    ),
  )
  npm.kill(signal)
  await until(
    'its end',
    async () => isAlive(pid),
    (alive) => !alive,
  )
  expect(isAlive(pid)).toBe(false)
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
