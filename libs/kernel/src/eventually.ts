import { setTimeout as pause } from 'node:timers/promises'
import type { Component } from './component.ts'
import type { Log } from './log.ts'

/**
 * Begins something that needs the broker, without waiting for it: the process works while the broker is away, or not
 * provisioned yet. Tried again until it has begun.
 */
export function eventually(
  name: string,
  begin: () => Promise<void>,
  log: Log,
  againAfterMs = 2_000,
): Component {
  let stopped = false
  async function tryUntilBegun() {
    while (!stopped) {
      try {
        return await begin()
      } catch (error) {
        log.warn({ component: name, error }, 'could not begin yet; trying again')
        await pause(againAfterMs, undefined, { ref: false })
      }
    }
  }
  return {
    name,
    async start() {
      void tryUntilBegun()
    },
    async stop() {
      stopped = true
    },
  }
}
