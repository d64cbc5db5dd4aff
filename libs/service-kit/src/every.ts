import type { Component } from './component.ts'
import type { Log } from './log.ts'

/**
 * Runs something at once and then again and again, `everyMs` after the last run ended: runs never overlap. A run that
 * throws is logged and does not stop the next one. `stop` aborts the signal and waits for the run in hand.
 */
export function every(
  name: string,
  everyMs: number,
  run: (signal: AbortSignal) => Promise<unknown>,
  log: Pick<Log, 'error'>,
): Component {
  let stopping: AbortController | undefined
  let finished: Promise<void> = Promise.resolve()

  async function repeat(signal: AbortSignal) {
    while (!signal.aborted) {
      try {
        await run(signal)
      } catch (error) {
        if (!signal.aborted)
          log.error({ component: name, error }, 'a repeated task failed and will be tried again')
      }
      await pause(everyMs, signal)
    }
  }

  return {
    name,
    async start() {
      if (stopping) return
      stopping = new AbortController()
      finished = repeat(stopping.signal)
    },
    async stop() {
      stopping?.abort()
      stopping = undefined
      await finished
    },
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
