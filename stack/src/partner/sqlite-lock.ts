import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from '@rounds/kernel'

/**
 * Does it while nobody else on this machine does it under the same file. The lock is that of an empty SQLite database: the
 * kernel takes it from whoever dies, so none is ever stale.
 */
export async function underLock<T>(file: string, act: () => Promise<T>, waitMs = 60_000): Promise<T> {
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    const deadline = Date.now() + waitMs
    while (!taken(lock)) {
      if (Date.now() > deadline) throw new OperatorError(`Somebody else is at it and does not end: ${file}`)
      await sleep(20)
    }
    return await act()
  } finally {
    lock.close()
  }
}

function taken(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if ((error as { errcode?: number }).errcode === busy) return false
    throw error
  }
}

/** SQLITE_BUSY */
const busy = 5
