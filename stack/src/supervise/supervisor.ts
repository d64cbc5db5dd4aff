import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { backOff } from './back-off.ts'
import { stuckBecause } from './life-signs.ts'
import { screenLine } from './log-line.ts'

/** One process of the hospital: what it is called, which file it runs, and all that it may know of the world. */
export interface ChildPlan {
  readonly name: string
  readonly file: string
  /** The whole environment: nothing of the parent's is handed on. */
  readonly environment: Readonly<Record<string, string>>
  /** Where it answers 503 when it should be started again, as an orchestrator's liveness probe would ask. */
  readonly liveUrl?: string
}

/** A process that is started again whenever it ends without having been asked to, and when it says that it is stuck. */
export interface Supervised {
  readonly name: string
  start(): Promise<void>
  /** Asks it to end, waits, and insists after `patienceMs`. Twice is harmless. */
  stop(): Promise<void>
  /** Sends it a signal as the world might; it will be started again. */
  kill(signal?: NodeJS.Signals): void
  pid(): number | undefined
  restarts(): number
}

/** Loaded before a child's own program, so that it does not outlive us. */
export const tether = new URL('../../tether.mjs', import.meta.url).href
// Longer than a service's own 30 s for what it has in hand.
const patienceMs = 40_000
/** Whoever is stuck may be unable to stop. Killing is safe: what it had in hand is found again. */
const usualClocks = { askEveryMs: 5_000, stuckPatienceMs: 5_000 }

export function supervised(
  plan: ChildPlan,
  logDir: string,
  tell: (line: string) => void,
  { askEveryMs, stuckPatienceMs } = usualClocks,
): Supervised {
  let child: ChildProcess | undefined
  let ended: Promise<void> = Promise.resolve()
  let again: NodeJS.Timeout | undefined
  let waited: number | undefined
  let wanted = false
  let restarts = 0
  /** Those that were told to end because they were stuck. */
  const told = new WeakSet<ChildProcess>()

  return {
    name: plan.name,
    start: async () => {
      if (wanted) return
      wanted = true
      launch()
    },
    stop: async () => {
      wanted = false
      clearTimeout(again)
      if (!child) return
      const insist = setTimeout(() => child?.kill('SIGKILL'), patienceMs)
      child.kill('SIGTERM')
      await ended
      clearTimeout(insist)
    },
    kill: (signal = 'SIGKILL') => void child?.kill(signal),
    pid: () => child?.pid,
    restarts: () => restarts,
  }

  function launch() {
    const startedAt = Date.now()
    const running = spawn(process.execPath, ['--import', tether, plan.file], {
      env: { ...plan.environment },
      // A group of its own: Ctrl-C in a terminal is for us, and we stop it in its turn.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    child = running
    const log = createWriteStream(join(logDir, `${plan.name}.log`), { flags: 'a' })
    for (const output of [running.stdout, running.stderr]) {
      if (!output) continue
      createInterface({ input: output }).on('line', (line) => {
        log.write(`${line}\n`)
        const shown = screenLine(plan.name, line)
        if (shown !== undefined) tell(shown)
      })
    }
    const probe = setInterval(() => void endIfStuck(running), askEveryMs)
    ended = new Promise((resolve) => {
      running.once('close', (code, signal) => {
        clearInterval(probe)
        log.end()
        child = undefined
        resolve()
        if (wanted) relaunch(Date.now() - startedAt, signal ?? `code ${code}`)
      })
    })
  }

  async function endIfStuck(running: ChildProcess) {
    if (plan.liveUrl === undefined || told.has(running)) return
    const reason = await stuckBecause(plan.liveUrl)
    if (reason === undefined || running !== child || told.has(running)) return
    told.add(running)
    tell(`${plan.name} is stuck (${reason}); ending it.`)
    running.kill('SIGTERM')
    const insist = setTimeout(() => running.kill('SIGKILL'), stuckPatienceMs)
    running.once('close', () => clearTimeout(insist))
  }

  function relaunch(livedMs: number, how: string) {
    waited = backOff(livedMs, waited)
    restarts += 1
    tell(
      `${plan.name} ended (${how}) after ${Math.round(livedMs / 1_000)} s; starting it again in ${waited / 1_000} s.`,
    )
    again = setTimeout(launch, waited)
  }
}
