import type { Log } from './log.ts'

/** Started and stopped by the process; stopping twice, or without a start, is harmless. */
export interface Loop {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Begins the next round at once. */
  ring(): void
}

const longestBackoffMs = 5_000

/**
 * Calls `round` again and again until stopped: after the milliseconds that it answers, or at once when rung. A round
 * that throws never ends the loop; the next ones come with growing distance, and the outage is logged once.
 */
export function pollLoop(name: string, log: Log, round: () => Promise<number>): Loop {
  let running: Promise<void> | undefined
  let stopped = false
  let rung = false
  let wake = () => {}

  return {
    name,
    async start() {
      stopped = false
      running ??= run()
    },
    async stop() {
      stopped = true
      wake()
      await running
      running = undefined
    },
    ring() {
      rung = true
      wake()
    },
  }

  async function run() {
    let failures = 0
    while (!stopped) {
      rung = false
      try {
        const pauseMs = await round()
        if (failures > 0) log.info({ component: name, count: failures }, 'recovered')
        failures = 0
        await pause(pauseMs, () => stopped || rung)
      } catch (error) {
        if (failures++ === 0) log.warn({ component: name, error }, 'fails, and goes on trying')
        const backoffMs = Math.min(longestBackoffMs, 100 * 2 ** Math.min(failures, 10))
        // The bell does not count here: whoever rings cannot know that the other side is away.
        await pause(backoffMs, () => stopped)
      }
    }
  }

  async function pause(ms: number, over: () => boolean) {
    const until = performance.now() + ms
    for (let left = ms; left > 0 && !over(); left = until - performance.now()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
}
