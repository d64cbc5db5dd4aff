import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Body } from './checker.ts'
import { rowsOf } from './rows-of.ts'

/** The witness of the file system: hashes every file, but for earlier ones, the moment it is seen under a final name. */
export function watchFiles(directory: string, isEarlier: ReadonlySet<string>, everyMs = 100) {
  const seen = new Map<string, Body>()
  let isWatching = true
  const watching = watch()

  return {
    bodies: (): readonly Body[] => [...seen.values()],
    async stop() {
      isWatching = false
      await watching
    },
  }

  async function watch() {
    while (isWatching) {
      const since = performance.now()
      for (const name of await finalNames(directory).catch(() => [])) {
        if (seen.has(name) || isEarlier.has(keyOf(name))) continue
        // Gone again: called off, or cleared up after a worker that had died.
        const file = await readFile(join(directory, name)).catch(() => undefined)
        if (file) seen.set(name, bodyOf(keyOf(name), file))
      }
      // With tens of thousands of files a look takes long: never more than a twentieth of the time.
      await sleep(Math.max(everyMs, 19 * (performance.now() - since)))
    }
  }
}

/** The keys of the files that stand under a final name. */
export async function standingFiles(directory: string): Promise<readonly string[]> {
  return (await finalNames(directory)).map(keyOf)
}

export function bodyOf(jobId: string, file: Uint8Array): Body {
  return { jobId, sha256: createHash('sha256').update(file).digest('hex'), rows: rowsOf(file) }
}

const finalNames = async (directory: string) =>
  (await readdir(directory)).filter((name) => /^[\w-]+\.\d+\.csv$/.test(name))

const keyOf = (name: string) => name.slice(0, name.indexOf('.'))
