import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Machine } from './machine.ts'
import type { Row } from './statistics.ts'

/** What one bench brought when it was last run in full. */
export interface Result {
  readonly bench: string
  readonly at: Date
  readonly machine: Machine
  readonly rows: readonly Row[]
}

export const resultsDir = fileURLToPath(new URL('../results', import.meta.url))

export async function writeResult(result: Result, dir = resultsDir): Promise<void> {
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, `${result.bench}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

/** Results by bench. */
export async function readResults(dir = resultsDir): Promise<ReadonlyMap<string, Result>> {
  const files = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.json'))
  const results = await Promise.all(
    files.map(async (name) => {
      const { at, ...rest } = JSON.parse(await readFile(join(dir, name), 'utf8'))
      return { ...rest, at: new Date(at) } as Result
    }),
  )
  return new Map(results.map((result) => [result.bench, result]))
}
