import type { Log } from '@rounds/kernel'
import { type ArtifactStore, parsedArtifactName } from '../files/index.ts'
import type { ExportRows } from './export-rows.ts'
import { isOrphan } from './orphan.ts'

export interface SweepArtifactsDeps {
  readonly artifacts: Pick<ArtifactStore, 'list' | 'remove'>
  readonly rows: Pick<ExportRows, 'done' | 'byKeys'>
  readonly log: Pick<Pick<Log, 'warn' | 'error'>, 'warn' | 'error'>
  readonly now: () => Date
  readonly graceMs: number
}

/** Removes files that nobody will ever want, and raises the alarm about finished reports whose file is gone. */
export function sweepArtifacts({ artifacts, rows, log, now, graceMs }: SweepArtifactsDeps) {
  return async () => {
    // In this order: what is finished, or begun, while we look is seen as it is now and not as it was.
    const finished = await rows.done()
    const files = await artifacts.list()
    const keys = new Set(files.flatMap(({ name }) => parsedArtifactName(name)?.key ?? []))
    const rowOf = new Map((await rows.byKeys([...keys])).map((row) => [row.key, row]))

    const orphans = files.filter((file) => {
      const key = parsedArtifactName(file.name)?.key
      return isOrphan(file, key ? rowOf.get(key) : undefined, { now: now(), graceMs })
    })
    for (const { name } of orphans) await artifacts.remove(name)
    if (orphans.length > 0) log.warn({ count: orphans.length }, 'removed files that belong to nothing')

    const names = new Set(files.map(({ name }) => name))
    const missing = finished.filter(({ file }) => file && !names.has(file)).map(({ key }) => key)
    // Asked again: it may have expired in between.
    for (const { key, state } of await rows.byKeys(missing)) {
      if (state === 'done') log.error({ key }, 'the file of a finished report is gone')
    }
  }
}
