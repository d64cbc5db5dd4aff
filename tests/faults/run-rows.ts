import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from './results.ts'
import { isWell, type Row } from './row.ts'
import { openWorld, type Profile, type World } from './world.ts'

export interface Running {
  readonly seed: number
  readonly profile: Profile
  readonly say: (line: string) => void
  /** Called after each row. */
  readonly told: (result: Result) => Promise<void> | void
}

/** Runs rows one after the other, those that need no hospital of their own in a common one. */
export async function runRows(rows: readonly Row[], running: Running): Promise<readonly Result[]> {
  const results: Result[] = []
  let common: World | undefined
  try {
    for (const row of rows) {
      const result = await resultOf(row)
      results.push(result)
      await running.told(result)
    }
  } finally {
    await common?.close()
  }
  return results

  async function resultOf(row: Row): Promise<Result> {
    const notRun = row.notHere?.()
    if (notRun !== undefined) return { row: row.name, ok: null, notRun }
    const since = performance.now()
    running.say(`${row.name}: ${row.injects}`)
    const { seed, profile } = running
    let world: World | undefined
    try {
      world = row.hospital ? await openWorld({ ...running, ...row.hospital }) : await commonOne()
      const observed = await row.run(world)
      // Gone with the hospital otherwise, and the seed alone does not bring the same moment back.
      if (!isWell(observed)) await keepLogs(world, row.name)
      const seconds = Math.round((performance.now() - since) / 1_000)
      const on = new Date().toISOString().slice(0, 10)
      return { row: row.name, ok: isWell(observed), seed, profile, seconds, on, ...observed }
    } catch (fault) {
      // What a row broke must not make the next one fail.
      if (common === world) common = undefined
      if (!row.hospital) await world?.close().catch(() => {})
      running.say(`${row.name} broke off: ${fault instanceof Error ? fault.stack : fault}`)
      return {
        row: row.name,
        ok: false,
        notRun: `it broke off: ${fault instanceof Error ? fault.message : fault}`,
      }
    } finally {
      if (row.hospital) await world?.close()
    }
  }

  async function keepLogs({ stack, seed }: World, name: string) {
    const kept = join(tmpdir(), `rounds-faults-${name}-${seed}`)
    await cp(join(stack.dataDir, 'logs'), kept, { recursive: true })
    running.say(`${name}: logs are kept in ${kept}`)
  }

  async function commonOne(): Promise<World> {
    common ??= await openWorld(running)
    return common
  }
}
