import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hospitalEvents, jsonSchemaOf } from '@rounds/contracts'
import { breaks, type Schema } from '../../../libs/contracts/test/compatible.ts'
import { snapshotPath } from './documents.ts'

/** Why today's events would no longer read yesterday's copies, one line per reason. Their snapshot is then not renewed. */
export async function breakingChanges(root: string): Promise<string[]> {
  const released = await readFile(join(root, snapshotPath), 'utf8').catch(() => '{}')
  const present = new Map(hospitalEvents.map((contract) => [contract.type, jsonSchemaOf(contract) as Schema]))
  return Object.entries(JSON.parse(released) as Record<string, Schema>).flatMap(([type, before]) => {
    const next = present.get(type)
    return next ? breaks(before, next, type) : [`${type} is gone`]
  })
}
