import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { changesOf, publishedSchemas } from '@rounds/contracts'
import { breaks, type Schema, untold } from '../../../libs/contracts/test/compatible.ts'
import { snapshotPath } from './documents.ts'

/**
 * Why today's schemas may not be released, one line per reason: they would not read yesterday's copies, or nobody is told
 * what came. Their snapshot is then not renewed.
 */
export async function releaseFaults(root: string): Promise<string[]> {
  const kept = await readFile(join(root, snapshotPath), 'utf8').catch(() => '{}')
  const released = JSON.parse(kept) as Record<string, Schema>
  const present = publishedSchemas as ReadonlyMap<string, Schema>
  const broken = Object.entries(released).flatMap(([name, before]) => {
    const next = present.get(name)
    const reasons = next ? breaks(before, next, name) : [`${name} is gone`]
    return reasons.map((reason) => `${reason}; make it a new type instead`)
  })
  const silent = [...present].flatMap(([name, next]) =>
    untold(released[name], next, changesOf(name)).map((reason) => `${name}: ${reason}`),
  )
  return [...broken, ...silent]
}
