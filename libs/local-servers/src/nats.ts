import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { OperatorError } from '@rounds/kernel'
import { type ChildServer, childServer } from './child-server.ts'
import { type DataDir, inDataDir } from './data-dir.ts'
import { assertFree, freePorts } from './free-ports.ts'
import { secretsIn } from './secrets.ts'
import { natsServer, serverBinary } from './server-binary.ts'
import { natsEnvironment, type ServerUser, serverUsers } from './server-users.ts'
import { until } from './until.ts'

export interface NatsOptions {
  /** Where it keeps its data and passwords; without one, a temporary directory that goes with it. */
  readonly dir?: string
  readonly port?: number
  readonly httpPort?: number
  /** Passwords by user; missing ones are made and kept in `dir`. */
  readonly passwords?: Readonly<Record<string, string>>
  /** Another configuration file than the shipped `deploy/nats/nats.conf`. */
  readonly conf?: string
  /** A nats-server program, instead of the one found on PATH or fetched. */
  readonly binary?: string
}

export interface LocalNats extends ChildServer {
  readonly url: string
  readonly monitorUrl: string
  passwordOf(user: ServerUser): string
  /** Other systems' accounts, which the configuration includes. */
  readonly partnersFile: string
  /** Has it read its configuration again, as `partnersFile` then stands; rejects when it does not take it. */
  reload(): Promise<void>
  /** Stops it, deletes everything it stored and starts it again, empty: a broker that lost its disk. */
  wipe(): Promise<void>
  /** Stops it, copies everything it stored and starts it again. */
  backUp(): Promise<Backup>
}

export interface Backup {
  /** Kills the broker and starts it again with what it had stored when the copy was made. */
  restore(): Promise<void>
}

export const shippedNatsConf = fileURLToPath(new URL('../../../deploy/nats/nats.conf', import.meta.url))

/** What other systems' accounts stand in, beside the configuration that includes it. */
export const partnersFileName = 'partners.conf'
const run = promisify(execFile)
export const shippedPartners = join(dirname(shippedNatsConf), partnersFileName)

/** What a nats-server of ours keeps in its directory beside its data. */
export const natsFilesIn = (dir: string) => ({
  conf: join(dir, 'nats.conf'),
  partners: join(dir, partnersFileName),
  pid: join(dir, 'nats-server.pid'),
})

/**
 * The process of the nats-server of a directory; nothing when none runs there. A pid file outlasts a server that was killed, and
 * its number may be somebody else's by now, who would die of our signal.
 */
export async function natsProcessIn(dir: string): Promise<number | undefined> {
  const { pid: file } = natsFilesIn(dir)
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined
  return (await commandOf(pid)).includes(`-P ${file}`) ? pid : undefined
}

/** How a process was started; empty when there is none. Where there is no `/proc`, as on macOS, `ps` knows. */
async function commandOf(pid: number): Promise<string> {
  try {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    return words.replaceAll('\0', ' ')
  } catch {
    const listed = run('ps', ['-ww', '-o', 'command=', '-p', `${pid}`])
    return listed.then(
      ({ stdout }) => stdout,
      () => '',
    )
  }
}

/**
 * Has the nats-server of a directory read its configuration again. Rejects when none runs there, or when it does not
 * take what it read and goes on as before.
 */
export async function reloadNats(dir: string, monitorUrl: string): Promise<void> {
  // Twice: what a new account imports works from the second reading on (nats-server 2.15.1).
  await readAgain(dir, monitorUrl)
  await readAgain(dir, monitorUrl)
}

async function readAgain(dir: string, monitorUrl: string): Promise<void> {
  const pid = await natsProcessIn(dir)
  if (pid === undefined)
    throw new OperatorError(`No nats-server runs in ${dir}: is Rounds running (npm start)?`)
  const before = await loadedAt(monitorUrl)
  process.kill(pid, 'SIGHUP')
  const read = async () => {
    if ((await loadedAt(monitorUrl)) === before) throw new Error('not read yet')
  }
  await until(read, { what: 'nats-server, reading its configuration again,', withinMs: 10_000 })
}

async function loadedAt(monitorUrl: string): Promise<string> {
  const answer = await fetch(`${monitorUrl}/varz`, { signal: AbortSignal.timeout(3_000) })
  const { config_load_time: at } = (await answer.json()) as { config_load_time: string }
  return at
}

/** Runs a nats-server with the configuration we ship, on the loopback interface. Resolves once it is healthy. */
export async function startNats(options: NatsOptions = {}): Promise<LocalNats> {
  return inDataDir('nats', options.dir, (dir) => natsIn(dir, options))
}

async function natsIn(dir: DataDir, options: NatsOptions): Promise<LocalNats> {
  const binary = await serverBinary(natsServer, options.binary)
  const [anyPort = 0, anyHttpPort = 0] = await freePorts(2)
  const { port = anyPort, httpPort = anyHttpPort, conf = shippedNatsConf } = options
  await assertFree(port, 'NATS')
  await assertFree(httpPort, 'the NATS monitor')

  const passwords = await secretsIn(dir.path, serverUsers, options.passwords)
  const store = join(dir.path, 'jetstream')
  const monitorUrl = `http://127.0.0.1:${httpPort}`
  await mkdir(store, { recursive: true })
  // In its own directory, beside what it includes: whom this hospital lets in stands in no shipped file.
  const files = natsFilesIn(dir.path)
  await copyFile(conf, files.conf)
  if (!existsSync(files.partners)) await copyFile(shippedPartners, files.partners)

  const server = await childServer({
    name: 'nats-server',
    binary,
    args: [
      ...['-c', files.conf, '-a', '127.0.0.1', '-p', `${port}`, '-m', `${httpPort}`],
      ...['-sd', store, '-P', files.pid],
    ],
    env: natsEnvironment(passwords),
    logFile: join(dir.path, 'nats-server.log'),
    ready: () => natsServes(monitorUrl),
  })

  return {
    url: `nats://127.0.0.1:${port}`,
    monitorUrl,
    passwordOf: (service) => passwords[service] ?? '',
    partnersFile: files.partners,
    reload: () => reloadNats(dir.path, monitorUrl),
    get pid() {
      return server.pid
    },
    async stop() {
      await server.stop()
      await dir.forget()
    },
    kill: server.kill,
    restart: server.restart,
    async wipe() {
      await server.kill()
      await rm(store, { recursive: true, force: true })
      await mkdir(store)
      await server.restart()
    },
    async backUp() {
      const copy = join(dir.path, `jetstream-${Date.now()}`)
      await server.kill()
      await cp(store, copy, { recursive: true })
      await server.restart()
      return {
        async restore() {
          await server.kill()
          await rm(store, { recursive: true, force: true })
          await cp(copy, store, { recursive: true })
          await server.restart()
        },
      }
    },
  }
}

/** Throws while the server is not healthy. */
export async function natsServes(monitorUrl: string) {
  const { ok } = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(1_000) })
  if (!ok) throw new Error('not healthy yet')
}
