import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { endWithParent } from './end-with-parent.ts'
import { until } from './until.ts'

export interface ChildServerOptions {
  readonly name: string
  readonly binary: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What the server prints; its end is shown when the server does not come up. */
  readonly logFile: string
  /** Resolves when the server serves; anything thrown means "not yet". */
  readonly ready: () => Promise<void>
  readonly readyWithinMs?: number
}

/** A server process of ours. It dies with us, also when we are killed. */
export interface ChildServer {
  /** Of the process that runs now, or ran last. */
  readonly pid: number
  /** Asks it to stop and waits for its exit; a temporary directory goes too. For good: whoever wants it back later kills it. */
  stop(): Promise<void>
  /** SIGKILL, as a crash would be; returns when it is gone. */
  kill(): Promise<void>
  /** Starts it again with the same arguments, stopping it first where it still runs. Returns when it serves. */
  restart(): Promise<void>
}

/** Starts a server program and returns when it serves. */
export async function childServer(options: ChildServerOptions): Promise<ChildServer> {
  let running = await begin(options)

  async function end(signal: NodeJS.Signals) {
    const child = running
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill(signal)
      // A stopped (SIGSTOP) or hanging server must not hang us.
      const hardly = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await exited
      clearTimeout(hardly)
    }
  }

  return {
    get pid() {
      return running.pid as number
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM')
      running = await begin(options)
    },
  }
}

async function begin(options: ChildServerOptions) {
  const { name, binary, args, env = {}, logFile, ready, readyWithinMs = 60_000 } = options
  const log = await open(logFile, 'a')
  // Detached: Ctrl-C in a terminal reaches the whole group, and servers have to outlive those who use them.
  const child = spawn(binary, args, { detached: true, env, stdio: ['ignore', log.fd, log.fd] })
  const failed = once(child, 'error').then(([cause]) => Promise.reject(cause))
  failed.catch(() => {})
  await Promise.race([once(child, 'spawn'), failed])
  child.unref()
  await log.close()
  endWithParent(child)

  try {
    const isHopeless = () => child.exitCode !== null || child.signalCode !== null
    await until(ready, { what: name, withinMs: readyWithinMs, isHopeless })
    return child
  } catch (fault) {
    child.kill('SIGKILL')
    const said = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-8).join('\n')
    throw new Error(`${(fault as Error).message}; it said last:\n${said}`, { cause: fault })
  }
}
