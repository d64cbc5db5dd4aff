import { parsedArtifactName, type StoredFile } from '../files/index.ts'
import type { ExportRow } from './export-rows.ts'

/**
 * Whether nobody will ever want this file: it belongs neither to a finished export nor to a claim that is alive, and it
 * is older than any lease, so that its writer is gone as well.
 */
export function isOrphan(
  { name, changedAt }: StoredFile,
  row: ExportRow | undefined,
  { now, graceMs }: { readonly now: Date; readonly graceMs: number },
): boolean {
  const parsed = parsedArtifactName(name)
  if (!parsed || now.getTime() - changedAt.getTime() < graceMs) return false
  const finished = row?.state === 'done' && row.file ? parsedArtifactName(row.file) : undefined
  if (finished?.fence === parsed.fence) return parsed.isPart
  const isHeld = row?.state === 'claimed' || row?.state === 'sending'
  return !(isHeld && row.fence === parsed.fence)
}
