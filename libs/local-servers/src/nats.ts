import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceName } from '@rounds/contracts'
import { type ChildServer, childServer } from './child-server.ts'
import { type DataDir, inDataDir } from './data-dir.ts'
import { assertFree, freePorts } from './free-ports.ts'
import { secretsIn } from './secrets.ts'
import { natsServer, serverBinary } from './server-binary.ts'
import { natsEnvironment, serverUsers } from './server-users.ts'

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
  passwordOf(service: ServiceName): string
  /** Stops it, deletes everything it stored and starts it again, empty: a broker that lost its disk. */
  wipe(): Promise<void>
}

export const shippedNatsConf = fileURLToPath(new URL('../../../deploy/nats/nats.conf', import.meta.url))

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

  const server = await childServer({
    name: 'nats-server',
    binary,
    args: ['-c', conf, '-a', '127.0.0.1', '-p', `${port}`, '-m', `${httpPort}`, '-sd', store],
    env: natsEnvironment(passwords),
    logFile: join(dir.path, 'nats-server.log'),
    ready: () => natsServes(monitorUrl),
  })

  return {
    url: `nats://127.0.0.1:${port}`,
    monitorUrl,
    passwordOf: (service) => passwords[service] ?? '',
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
  }
}

/** Throws while the server is not healthy. */
export async function natsServes(monitorUrl: string) {
  const { ok } = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(1_000) })
  if (!ok) throw new Error('not healthy yet')
}
