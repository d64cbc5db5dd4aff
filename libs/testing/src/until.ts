import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for a condition, and tells what was seen last when it does not come. */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  isSo: (seen: T) => boolean = Boolean,
  withinMs = 20_000,
): Promise<T> {
  const giveUpAt = Date.now() + withinMs
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    if (Date.now() > giveUpAt) throw new Error(`${what} did not come; seen last: ${JSON.stringify(seen)}`)
    await sleep(20)
  }
}
