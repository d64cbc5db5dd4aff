import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for a condition, not for a time. What it saw last is in the error when the deadline passes. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  withinMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${withinMs} ms; last seen: ${JSON.stringify(seen)}`)
    await sleep(50)
  }
}
