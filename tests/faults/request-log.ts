import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs'

/** One request that was answered 2xx. */
export interface Accepted {
  readonly key: string
  readonly jobId: string
  /** Which wish it was, to know the right file. */
  readonly wish: string
  readonly at: number
}

/**
 * Everything answered 2xx, on disk before the load goes on. Whatever happens to the system under test or to us, what it
 * promised stands here.
 */
export function requestLog(file: string) {
  const descriptor = openSync(file, 'a')
  const accepted: Accepted[] = []
  return {
    accepted: accepted as readonly Accepted[],
    write(entry: Accepted) {
      appendFileSync(descriptor, `${JSON.stringify(entry)}\n`)
      fsyncSync(descriptor)
      accepted.push(entry)
    },
    close: () => closeSync(descriptor),
  }
}
export type RequestLog = ReturnType<typeof requestLog>
