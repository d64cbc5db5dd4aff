import type { Component } from './component.ts'
import type { Log } from './log.ts'

/**
 * Runs something at once and then again and again, `everyMs` after the last run ended: runs never overlap. A run that
 * throws is logged and does not stop the next one. `stop` aborts the signal and waits for the run in hand.
 *
 * With `firstWithinMs`, `start` waits for the first run, at most so long: what is started after it finds the work done,
 * unless it takes longer or fails.
 */
export function every(
  name: string,
  everyMs: number,
  run: (signal: AbortSignal) => Promise<unknown>,
  log: Pick<Log, 'error'>,
  { firstWithinMs = 0 }: { readonly firstWithinMs?: number } = {},
): Component {
  let stopping: AbortController | undefined
  let finished: Promise<void> = Promise.resolve()

  async function repeat(signal: AbortSignal, ended: () => void) {
    while (!signal.aborted) {
      try {
        await run(signal)
      } catch (error) {
        if (!signal.aborted)
          log.error({ component: name, error }, 'a repeated task failed and will be tried again')
      }
      ended()
      await pause(everyMs, signal)
    }
  }

  return {
    name,
    async start() {
      if (stopping) return
      stopping = new AbortController()
      const first = new AbortController()
      finished = repeat(stopping.signal, () => first.abort())
      if (firstWithinMs > 0) await pause(firstWithinMs, AbortSignal.any([stopping.signal, first.signal]))
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
