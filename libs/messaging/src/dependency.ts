import { type Log, nameOfError } from '@rounds/kernel'

/** What all handlers of a process need to do anything at all: their database, above all. */
export interface Dependency {
  /** Whether events may be fetched. Asks at most once a second, and anew after a doubt. */
  isThere(): Promise<boolean>
  /** A handler failed: what was known a moment ago may no longer hold. */
  doubt(): void
  /** What was seen last. */
  isAway(): boolean
}

const askEveryMs = 1_000
// A database that takes the question and never answers is away as well.
const answerWithinMs = 5_000

/** Watches over `ready`; without it nothing is ever away. */
export function dependency(ready: (() => Promise<unknown>) | undefined, log: Log): Dependency {
  let away = false
  let askAgainAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined

  async function ask(question: () => Promise<unknown>) {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('no answer')), answerWithinMs)
    try {
      await Promise.race([question(), late.promise])
      if (away) log.info({}, 'what handlers depend on is back; events are fetched again')
      away = false
    } catch (error) {
      if (!away) {
        log.warn({ reason: nameOfError(error) }, 'what handlers depend on is away; no events are fetched')
      }
      away = true
    } finally {
      clearTimeout(timer)
      askAgainAt = performance.now() + askEveryMs
      asking = undefined
    }
  }

  return {
    async isThere() {
      if (!ready) return true
      if (performance.now() >= askAgainAt) asking ??= ask(ready)
      await asking
      return !away
    },
    doubt() {
      if (!away) askAgainAt = Number.NEGATIVE_INFINITY
    },
    isAway: () => away,
  }
}
