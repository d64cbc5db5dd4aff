import { parsedArtifactName } from '../files/index.ts'
import { isOrphan } from './orphan.ts'
import type { SweepArtifactsDeps } from './sweep.ts'

/**
 * Removes the file of a claim whose ending came too late, as that of a worker which was paused before it began to write.
 * The file stays when the export is done with it: the worker may not have heard the answer to its own ending.
 */
export function removeLate({ artifacts, rows, now }: Pick<SweepArtifactsDeps, 'artifacts' | 'rows' | 'now'>) {
  return async ({ key, fence }: { readonly key: string; readonly fence: number }): Promise<void> => {
    const [row] = await rows.byKeys([key])
    for (const file of await artifacts.list(key)) {
      const isOurs = parsedArtifactName(file.name)?.fence === fence
      if (isOurs && isOrphan(file, row, { now: now(), graceMs: 0 })) await artifacts.remove(file.name)
    }
  }
}
