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

/** Writes a result down in the place of the earlier one; of that, rows in the units to keep stay where there are no new ones,
 * all of them when the others are to stay. */
export async function writeResult(
  { rows, ...about }: Result,
  {
    keep = [],
    dir = resultsDir,
  }: { readonly keep?: readonly string[] | 'others'; readonly dir?: string } = {},
): Promise<void> {
  await mkdir(dir, { recursive: true })
  const earlier = (await readResults(dir)).get(about.bench)?.rows ?? []
  const isNew = (unit: string) => rows.some((row) => row.unit === unit)
  const kept = earlier.filter(({ unit }) => (keep === 'others' || keep.includes(unit)) && !isNew(unit))
  const result: Result = { ...about, rows: [...rows, ...kept] }
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
