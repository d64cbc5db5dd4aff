import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SeedPlan } from './hospital.ts'

// Grows when the seeded documents change their shape: what an older seed made is then forgotten.
const version = 4

/** What the data directory was seeded with; written once the seed is complete. */
export interface SeedStamp extends SeedPlan {
  readonly version: number
}

const fileIn = (dataDir: string) => join(dataDir, 'seed.json')

export async function readStamp(dataDir: string): Promise<SeedStamp | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(dataDir), 'utf8'))
  } catch {
    return undefined
  }
}

export async function writeStamp(dataDir: string, plan: SeedPlan): Promise<SeedStamp> {
  const stamp = { version, ...plan }
  await writeFile(fileIn(dataDir), JSON.stringify(stamp))
  return stamp
}

/** Whether what is there may stay: it is complete, of today's shape, and as big as was asked for, if that was asked. */
export function mayStay(
  stamp: SeedStamp | undefined,
  asked: { fresh?: boolean; appointments?: number },
): stamp is SeedStamp {
  if (asked.fresh || stamp?.version !== version) return false
  return asked.appointments === undefined || asked.appointments === stamp.appointments
}
