import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PartResult } from './findings.ts'
import { fullSize } from './options.ts'

const directory = fileURLToPath(new URL('results', import.meta.url))

/** The last full run of a part, kept with the sources so that docs/reliability.md can tell of it. */
export interface KeptPart {
  readonly part: string
  readonly on: string
  readonly seed: number
  /** Requests; events for each consumer. */
  readonly requests: number
  readonly counts: Readonly<Record<string, number>>
  /** How many kinds; what they were is for whoever ran it. */
  readonly findings: number
}

/** What is kept of a result: nothing of a smaller run, which proves less, and nothing of a part that could not run. */
export function keptOf(
  { part, counts, findings, notRun }: PartResult,
  { seed, requests }: { readonly seed: number; readonly requests: number },
  on: string,
): KeptPart | undefined {
  if (requests < fullSize || notRun !== undefined) return undefined
  return { part, on, seed, requests, counts, findings: findings.length }
}

export async function keepPart(kept: KeptPart): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, `${kept.part}.json`), `${JSON.stringify(kept, null, 2)}\n`)
}

export async function keptParts(): Promise<readonly KeptPart[]> {
  const names = await readdir(directory).catch(() => [])
  const files = names.filter((name) => name.endsWith('.json'))
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8'))))
}
