import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Observed } from './row.ts'
import type { Profile } from './world.ts'

const directory = fileURLToPath(new URL('results', import.meta.url))

/** The last result of a row, kept with the sources so that the page can be made of it. */
export type Result = { readonly row: string; readonly ok: boolean } & (
  | ({
      readonly seed: number
      readonly profile: Profile
      readonly seconds: number
      readonly on: string
    } & Observed)
  | { readonly notRun: string }
)

/** The one line per row for machines. */
export function lineOf(result: Result): string {
  if ('notRun' in result) return JSON.stringify(result)
  const { row, injected, accepted, lost, duplicates, partial, inDoubt, p99RescueMs, ok } = result
  return JSON.stringify({ row, injected, accepted, lost, duplicates, partial, inDoubt, p99RescueMs, ok })
}

export async function keepResult(result: Result): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, `${result.row}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

export async function keptResults(): Promise<readonly Result[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json'))
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8'))))
}
