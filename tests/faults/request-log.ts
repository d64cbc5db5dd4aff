import { open } from 'node:fs/promises'

/** One request that was answered 2xx. */
export interface Accepted {
  readonly key: string
  readonly jobId: string
  /** Which wish it was, to know the right file. */
  readonly wish: string
  readonly at: number
}

/**
 * Everything answered 2xx, synced to disk; what comes at once shares one sync. Whatever happens to the system under test
 * or to us, what it promised stands here.
 */
export async function requestLog(file: string) {
  const handle = await open(file, 'a')
  const accepted: Accepted[] = []
  let waiting: Accepted[] = []
  let syncing: Promise<void> | undefined

  return {
    accepted: accepted as readonly Accepted[],
    /** Resolves once it stands there. */
    async write(entry: Accepted): Promise<void> {
      waiting.push(entry)
      // One that is under way may have begun without it.
      await syncing
      if (waiting.includes(entry)) {
        syncing ??= sync()
        await syncing
      }
    },
    close: () => handle.close(),
  }

  async function sync() {
    const entries = waiting
    waiting = []
    await handle.appendFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    await handle.datasync()
    accepted.push(...entries)
    syncing = undefined
  }
}
export type RequestLog = Awaited<ReturnType<typeof requestLog>>
