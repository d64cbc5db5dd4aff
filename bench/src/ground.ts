import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Machine, machineFacts } from './machine.ts'
import { once } from './once.ts'
import type { Sizes } from './options.ts'
import { nodePeers } from './peers/node-peers.ts'
import { type PostfixTools, postfixTools } from './peers/postfix.ts'
import { pythonPeers } from './peers/python-peers.ts'
import { redisServers } from './peers/redis.ts'
import { type Asked, askedProgram, type Program, type ProgramPlan } from './program.ts'

/** What every bench stands on: where things are kept, who can be started, how big everything is. */
export interface Ground extends Sizes {
  readonly large: boolean
  readonly tell: (line: string) => void
  /** Kept between runs and not in git. */
  readonly cacheDir: string
  readonly machine: Machine
  /** Adds the versions of servers that had to be asked. */
  noteVersions(versions: Readonly<Record<string, string>>): void
  /** Starts a peer written in JavaScript and resolves once it is ready. */
  node(file: string, environment: Environment): Promise<Asked>
  /** A program of our own, beside the bench. */
  ours(file: string, environment?: Environment): Promise<Asked>
  python(): ReturnType<typeof pythonPeers>
  redis(appendfsync: 'everysec' | 'always'): Promise<Program & { readonly url: string }>
  postfix(): Promise<PostfixTools>
  /** How a program is started here: its log, and just enough environment. */
  plan(name: string, environment: Environment): Pick<ProgramPlan, 'name' | 'environment' | 'logFile'>
  /** Ends everything that was started on this ground. */
  close(): Promise<void>
  /** To be ended with the ground. */
  ends<One extends { stop(): Promise<void> }>(one: One): One
}

type Environment = Readonly<Record<string, string>>

export interface GroundOptions extends Sizes {
  readonly large: boolean
  readonly tell: (line: string) => void
  readonly environment: Readonly<Record<string, string | undefined>>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const passedOn = ['PATH', 'HOME', 'LANG']

export async function openGround(options: GroundOptions): Promise<Ground> {
  const { environment: outside, tell } = options
  const cacheDir = join(root, '.cache/bench')
  const logDir = join(cacheDir, 'logs')
  await mkdir(logDir, { recursive: true })

  const running: Array<{ stop(): Promise<void> }> = []
  const ends: Ground['ends'] = (one) => {
    running.push(one)
    return one
  }
  const plan: Ground['plan'] = (name, environment) => ({
    name,
    environment: { ...Object.fromEntries(passedOn.map((one) => [one, outside[one]])), ...environment },
    logFile: join(logDir, `${name.replaceAll(/\W+/g, '-')}.log`),
  })
  const machine = await machineFacts(root)
  const asked: Record<string, string> = {}
  // Installers reach their registry through whatever stands between, and only the environment tells what that is.
  const nodeHome = once(() => nodePeers(root, cacheDir, outside, tell))
  const pythonHome = once(() => pythonPeers(root, cacheDir, outside, tell))

  let closing: Promise<void> | undefined
  const end = async () => {
    while (running.length > 0) await running.pop()?.stop()
  }
  const scripted = async (file: string, environment: Environment) =>
    ends(
      await askedProgram({ ...plan(basename(file), environment), command: process.execPath, args: [file] }),
    )

  return {
    ...options,
    tell,
    cacheDir,
    get machine() {
      return { ...machine, versions: { ...machine.versions, ...asked } }
    },
    noteVersions: (versions) => void Object.assign(asked, versions),
    plan,
    ends,
    node: async (file, environment) => scripted(join(await nodeHome(), file), environment),
    ours: (file, environment = {}) => scripted(join(root, 'bench/src', file), environment),
    python: pythonHome,
    redis: async (appendfsync) => ends(await redisServers({ appendfsync, cacheDir, plan, tell })),
    postfix: () => postfixTools({ cacheDir, plan, tell }),
    close() {
      // Somebody who waits for the end gets the end, also when somebody else began it.
      closing ??= end().finally(() => {
        closing = undefined
      })
      return closing
    },
  }
}
