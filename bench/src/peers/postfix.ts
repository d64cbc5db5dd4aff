import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OperatorError } from '@rounds/kernel'
import { freePorts } from '@rounds/local-servers'
import { once } from '../once.ts'
import { type Program, type ProgramPlan, serverProgram } from '../program.ts'

const run = promisify(execFile)

export interface PostfixOptions {
  readonly cacheDir: string
  readonly plan: (
    name: string,
    environment: Readonly<Record<string, string>>,
  ) => Pick<ProgramPlan, 'name' | 'environment' | 'logFile'>
  readonly tell: (line: string) => void
}

/** Postfix's two programs for measuring: one takes mails and forgets them, the other sends the same one again and again. */
export interface PostfixTools {
  sink(): Promise<Program & { readonly port: number }>
  /** Sends so many over kept connections; resolves once the last was taken. */
  source(mail: { port: number; count: number; connections: number; bytes: number }): Promise<void>
  readonly version: string
}

/** From Debian's package, which is taken apart and not installed: no mail server starts here. */
export async function postfixTools({ cacheDir, plan, tell }: PostfixOptions): Promise<PostfixTools> {
  const home = join(cacheDir, 'postfix')
  const version = await present(home, tell)
  const environment = { LD_LIBRARY_PATH: join(home, 'usr/lib/postfix') }
  const program = (name: string) => join(home, 'usr/sbin', name)
  return {
    version,
    async sink() {
      const [port = 0] = await freePorts(1)
      // It refuses to be root for longer than it takes to listen.
      const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
      const server = await serverProgram(
        {
          ...plan('smtp-sink', environment),
          command: program('smtp-sink'),
          args: [...asNobody, `inet:127.0.0.1:${port}`, '1024'],
        },
        port,
      )
      return { ...server, port }
    },
    async source({ port, count, connections, bytes }) {
      const how = ['-d', '-s', `${connections}`, '-m', `${count}`, '-l', `${bytes}`]
      const who = ['-f', 'care@example.test', '-t', 'reader@example.test']
      await run(program('smtp-source'), [...how, ...who, `inet:127.0.0.1:${port}`], { env: environment })
    },
  }
}

async function unpack(home: string, tell: (line: string) => void): Promise<string> {
  const archives = async () => (await readdir(home)).filter((name) => /^postfix_.*\.deb$/.test(name))
  await mkdir(home, { recursive: true })
  if ((await archives()).length === 0) {
    tell('Getting postfix for smtp-sink and smtp-source (apt-get download); this happens once.')
    const apt = (...args: string[]) => run('apt-get', ['-qq', ...args], { cwd: home }).catch(() => {})
    await apt('download', 'postfix')
    // Lists that are too old, or missing.
    if ((await archives()).length === 0 && process.getuid?.() === 0) {
      await apt('update')
      await apt('download', 'postfix')
    }
  }
  const [archive] = await archives()
  if (!archive)
    throw new OperatorError('Debian’s package postfix could not be got: apt-get download postfix fails')
  await run('dpkg-deb', ['-x', join(home, archive), home])
  return /_([^_]+)_/.exec(archive)?.[1] ?? 'unknown'
}

let presence: (() => Promise<string>) | undefined
function present(home: string, tell: (line: string) => void): Promise<string> {
  presence ??= once(() => unpack(home, tell))
  return presence()
}
