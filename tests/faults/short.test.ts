import { afterAll, describe, expect, it } from 'vitest'
import { isWell, type Row } from './row.ts'
import { quickRows } from './rows.ts'
import { tableLine } from './table.ts'
import { openWorld, type World } from './world.ts'

const seed = Math.floor(Math.random() * 1_000_000)
let world: World | undefined

afterAll(() => world?.close())

describe('nothing accepted is lost, doubled or half when things die', () => {
  // One after the other in one hospital: what a row leaves behind, the next one has to live with.
  it.for(quickRows)('$name', async (row: Row) => {
    world ??= await openWorld({ seed, profile: 'short', say: () => {} })
    const observed = await row.run(world)
    const result = {
      row: row.name,
      seed,
      profile: 'short' as const,
      seconds: 0,
      on: '',
      ok: isWell(observed),
      ...observed,
    }
    expect(result.ok, `seed ${seed}\n${tableLine(result)}`).toBe(true)
  })
})
