import { setTimeout as sleep } from 'node:timers/promises'

/** Tries until it no longer throws. Gives up with the last fault after `withinMs`, or at once when `isHopeless`. */
export async function until<Answer>(
  attempt: () => Promise<Answer>,
  {
    what,
    withinMs = 60_000,
    isHopeless = () => false,
  }: { what: string; withinMs?: number; isHopeless?: () => boolean },
): Promise<Answer> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      return await attempt()
    } catch (cause) {
      if (isHopeless()) throw new Error(`${what} exited`, { cause })
      if (Date.now() > deadline) throw new Error(`${what} did not serve in time`, { cause })
    }
    await sleep(25)
  }
}
