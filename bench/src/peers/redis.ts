import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OperatorError } from '@rounds/kernel'
import { freePorts } from '@rounds/local-servers'
import { once } from '../once.ts'
import { type Program, type ProgramPlan, serverProgram } from '../program.ts'

const run = promisify(execFile)

export interface RedisOptions {
  readonly appendfsync: 'everysec' | 'always'
  readonly cacheDir: string
  readonly plan: (
    name: string,
    environment: Readonly<Record<string, string>>,
  ) => Pick<ProgramPlan, 'name' | 'environment' | 'logFile'>
  readonly tell: (line: string) => void
}

/** A redis-server on a free port that writes every change to its log, synced each second or before each answer. */
export async function redisServers({
  appendfsync,
  cacheDir,
  plan,
  tell,
}: RedisOptions): Promise<Program & { readonly url: string }> {
  await present(tell)
  const [port = 0] = await freePorts(1)
  const dir = await mkdtemp(join(cacheDir, 'redis-'))
  const settings = ['--appendonly', 'yes', '--appendfsync', appendfsync, '--save', '']
  const server = await serverProgram(
    {
      ...plan(`redis ${appendfsync}`, {}),
      command: 'redis-server',
      args: ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, ...settings],
    },
    port,
  )
  return {
    pid: server.pid,
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const presentOnce = (tell: (line: string) => void) => async () => {
  if (await isThere()) return
  tell('Installing redis-server (apt-get); this happens once.')
  const apt = (...args: string[]) => run('apt-get', ['-qq', ...args]).catch(() => {})
  if (process.getuid?.() === 0) {
    await apt('update')
    await apt('install', '-y', '--no-install-recommends', 'redis-server')
  }
  if (!(await isThere()))
    throw new OperatorError('there is no redis-server on PATH: install Debian’s package redis-server')
}

let presence: (() => Promise<void>) | undefined
function present(tell: (line: string) => void): Promise<void> {
  presence ??= once(presentOnce(tell))
  return presence()
}

const isThere = () =>
  run('redis-server', ['--version']).then(
    () => true,
    () => false,
  )
