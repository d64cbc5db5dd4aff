import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceName } from '@rounds/contracts'
import { type Db, MongoClient, MongoServerError } from 'mongodb'
import { type ChildServer, childServer } from './child-server.ts'
import { type DataDir, inDataDir } from './data-dir.ts'
import { assertFree, freePorts } from './free-ports.ts'
import { secretsIn } from './secrets.ts'
import { mongod, serverBinary } from './server-binary.ts'
import { serverUsers } from './server-users.ts'

export interface MongoOptions {
  /** Where it keeps its data and passwords; without one, a temporary directory that goes with it. */
  readonly dir?: string
  readonly port?: number
  /** Users and rights as in production. The services' users are made by the provisioner. */
  readonly auth?: boolean
  /** Passwords by user; missing ones are made and kept in `dir`. */
  readonly passwords?: Readonly<Record<string, string>>
  readonly cacheGb?: number
  /** A mongod program, instead of the one found on PATH or fetched. */
  readonly binary?: string
}

export interface LocalMongo extends ChildServer {
  /** Of the administrator (without `auth`: of anybody), with the database `rounds`. */
  readonly url: string
  /** Of this service's own user, once the provisioner has made it. Without `auth` the same as `url`. */
  urlFor(service: ServiceName): string
  /** What the provisioner gives this service's user. */
  passwordOf(service: ServiceName): string
}

/** Runs a mongod as a replica set of one, on the loopback interface. Resolves once it takes writes. */
export async function startMongo(options: MongoOptions = {}): Promise<LocalMongo> {
  return inDataDir('mongo', options.dir, (dir) => mongoIn(dir, options))
}

async function mongoIn(dir: DataDir, options: MongoOptions): Promise<LocalMongo> {
  const { auth = false, cacheGb = 0.5 } = options
  const binary = await serverBinary(mongod, options.binary)
  const port = options.port ?? (await freePorts(1))[0] ?? 0
  await assertFree(port, 'MongoDB')

  const passwords = await secretsIn(dir.path, ['admin', 'cluster', ...serverUsers], options.passwords)
  const data = join(dir.path, 'data')
  const keyFile = join(dir.path, 'cluster.key')
  await mkdir(data, { recursive: true })
  if (!existsSync(keyFile)) await writeFile(keyFile, passwords.cluster ?? '', { mode: 0o600 })

  const host = `127.0.0.1:${port}`
  const admin = auth ? `admin:${passwords.admin}@` : ''
  const url = `mongodb://${admin}${host}/rounds?replicaSet=rs0${auth ? '&authSource=admin' : ''}`

  const server = await childServer({
    name: 'mongod',
    binary,
    args: [
      ...mongodArguments({ data, port, cacheGb }),
      ...(auth ? ['--auth', '--keyFile', keyFile] : []),
      // A set of one has nobody to hand over to: stopping must not wait for it.
      ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
    ],
    logFile: join(dir.path, 'mongod.log'),
    ready: () => becomePrimary(host, auth ? passwords.admin : undefined),
  })

  return {
    url,
    urlFor: (service) =>
      auth ? `mongodb://${service}:${passwords[service]}@${host}/rounds?replicaSet=rs0` : url,
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
  }
}

/** What every mongod of ours is started with, whether alone or one of three. */
export function mongodArguments({ data, port, cacheGb }: { data: string; port: number; cacheGb: number }) {
  return [
    ...[
      '--dbpath',
      data,
      '--port',
      `${port}`,
      '--bind_ip',
      '127.0.0.1',
      '--nounixsocket',
      '--replSet',
      'rs0',
    ],
    ...['--wiredTigerCacheSizeGB', `${cacheGb}`],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
  ]
}

/** Makes the set and the administrator where they are missing. Throws while the server does not take writes yet. */
export async function becomePrimary(host: string, adminPassword?: string, members = [host]) {
  await using client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
  })
  const admin = client.db('admin')
  const hello = await admin.command({ hello: 1 })
  if (!hello.setName) await initiate(admin, members, adminPassword)
  if (!hello.isWritablePrimary) throw new Error('not primary yet')
  if (adminPassword) await makeAdmin(admin, adminPassword)
}

async function initiate(admin: Db, hosts: readonly string[], adminPassword?: string) {
  try {
    // While there are no users, mongod lets this and the first createUser pass from its own machine.
    await admin.command({
      replSetInitiate: { _id: 'rs0', members: hosts.map((host, _id) => ({ _id, host })) },
    })
  } catch (fault) {
    if (isCode(fault, alreadyInitialized, unauthorized)) await moveTo(hosts[0] ?? '', adminPassword)
    else throw fault
  }
}

/** The data was written under another port: the set knows itself by an address that is no longer its own. */
async function moveTo(host: string, adminPassword?: string) {
  await using client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
    ...(adminPassword ? { auth: { username: 'admin', password: adminPassword } } : {}),
  })
  const admin = client.db('admin')
  const { config } = await admin.command({ replSetGetConfig: 1 })
  config.members[0].host = host
  config.version += 1
  await admin.command({ replSetReconfig: config, force: true })
}

async function makeAdmin(admin: Db, password: string) {
  try {
    await admin.command({ createUser: 'admin', pwd: password, roles: ['root'] })
  } catch (fault) {
    // There is a user already, so this door is closed.
    if (!isCode(fault, unauthorized)) throw fault
  }
}

const unauthorized = 13
const alreadyInitialized = 23
const isCode = (fault: unknown, ...codes: number[]) =>
  fault instanceof MongoServerError && codes.includes(Number(fault.code))
