import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithParent } from '@rounds/local-servers'

export interface ProgramPlan {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What it says on its error output; shown to nobody until something goes wrong. */
  readonly logFile: string
}

export interface Program {
  readonly pid: number
  stop(): Promise<void>
}

/** A program that is asked things: a JSON line in, a JSON line out, one after the other. */
export interface Asked extends Program {
  ask<Answer>(question: object): Promise<Answer>
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a server and returns once its port takes connections. */
export async function serverProgram(plan: ProgramPlan, port: number): Promise<Program> {
  const child = begin(plan)
  const deadline = Date.now() + 60_000
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`${plan.name} does not serve; see ${plan.logFile}`)
    }
    await sleep(50)
  }
  return { pid: child.pid as number, stop: () => end(child) }
}

/** Starts a program that does work without being asked over any port of its own. */
export async function workProgram(plan: ProgramPlan): Promise<Program> {
  const child = begin(plan)
  await once(child, 'spawn')
  return { pid: child.pid as number, stop: () => end(child) }
}

/** Starts a program that answers questions; it has said a first line once it is ready for them. */
export async function askedProgram(plan: ProgramPlan): Promise<Asked> {
  const child = begin(plan)
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> })
  const answered = lines[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await answered.next()
    if (done) throw new Error(`${plan.name} has ended; see ${plan.logFile}`)
    return JSON.parse(value)
  }
  await next()
  return {
    pid: child.pid as number,
    async ask(question) {
      child.stdin?.write(`${JSON.stringify(question)}\n`)
      return next()
    },
    stop: () => end(child),
  }
}

function begin({ name, command, args, cwd, environment, logFile }: ProgramPlan): ChildProcess {
  const log = openSync(logFile, 'a')
  const child = endWithParent(
    spawn(command, [...args], {
      ...(cwd === undefined ? {} : { cwd }),
      env: environment,
      stdio: ['pipe', 'pipe', log],
    }),
  )
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', (cause) => {
    throw new Error(`${name} could not be started`, { cause })
  })
  // What nobody reads must not fill the pipe.
  child.stdout?.resume()
  child.stdin?.on('error', () => {})
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const insist = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await exited
  clearTimeout(insist)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
