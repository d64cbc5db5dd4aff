import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Observed } from './row.ts'
import type { Profile } from './world.ts'

const directory = fileURLToPath(new URL('results', import.meta.url))

/** The last result of a row, kept with the sources so that the page can be made of it. */
export type Result = { readonly row: string } & (Ran | NotRun)

interface Ran extends Observed {
  readonly ok: boolean
  readonly seed: number
  readonly profile: Profile
  readonly seconds: number
  readonly on: string
}

interface NotRun {
  /** Nobody knows where this machine cannot run it; not so where it broke off. */
  readonly ok: null | false
  readonly notRun: string
}

/** The one line per row for machines: the same fields always, without figures where a row was not run. */
export function lineOf(result: Result): string {
  const { row, ok } = result
  if ('notRun' in result) {
    const { notRun } = result
    return JSON.stringify({ row, ...noFigures, ok, notRun })
  }
  const { injected, accepted, lost, duplicates, partial, inDoubt, p99RescueMs, rescues = null } = result
  return JSON.stringify({
    row,
    injected,
    accepted,
    lost,
    duplicates,
    partial,
    inDoubt,
    p99RescueMs,
    rescues,
    ok,
  })
}

const noFigures = {
  injected: null,
  accepted: null,
  lost: null,
  duplicates: null,
  partial: null,
  inDoubt: null,
  p99RescueMs: null,
  rescues: null,
}

export async function keepResult(result: Result): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, `${result.row}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

export async function keptResults(): Promise<readonly Result[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json'))
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8'))))
}
