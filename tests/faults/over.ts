import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for an end, and answers whether it came in time. */
export async function over(isOver: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + withinMs
  while (Date.now() < giveUpAt) {
    if (await isOver()) return true
    await sleep(500)
  }
  return false
}
