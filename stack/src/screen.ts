import { performance } from 'node:perf_hooks'
import type { StackOptions } from './stack.ts'
import type { Step } from './tour/tour.ts'

/** Where people read, and where programs do. With `--once` they are two different streams. */
export interface Screen {
  say(line: string): void
  /** Runs one step of the start and says how long it took. */
  readonly step: StackOptions['step']
  /** Runs one step of the tour, says what it found, and answers whether it worked. */
  tour(step: Step): Promise<boolean>
}

export function screen(people: NodeJS.WritableStream, programs: NodeJS.WritableStream | undefined): Screen {
  const say = (line: string) => void people.write(`${line}\n`)
  const report = (entry: object) => void programs?.write(`${JSON.stringify(entry)}\n`)
  return {
    say,
    step: async (what, run) => {
      const since = performance.now()
      const result = await run()
      say(`  ✓ ${what.padEnd(46)} ${seconds(performance.now() - since)}`)
      return result
    },
    tour: async ({ step, run }) => {
      const since = performance.now()
      const elapsed = () => Math.round(performance.now() - since)
      try {
        const { said, ...facts } = await run()
        const ms = elapsed()
        report({ step, ok: true, ms, ...facts })
        say(`  ✓ ${said.padEnd(46)} ${seconds(ms)}`)
        return true
      } catch (fault) {
        const error = fault instanceof Error ? fault.message : String(fault)
        report({ step, ok: false, ms: elapsed(), error })
        say(`  ✗ ${step}: ${error}`)
        return false
      }
    },
  }
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1).padStart(6)} s`
