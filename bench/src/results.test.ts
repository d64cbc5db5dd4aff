import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readResults, writeResult } from './results.ts'

const machine = { processor: 'x', cores: 2, memoryGb: 8, system: 'Linux', versions: {} }
const row = (unit: string, median: number) => ({
  bench: 'csv',
  variant: 'ours',
  unit,
  median,
  min: median,
  max: median,
  runs: 1,
})
const result = (...rows: ReturnType<typeof row>[]) => ({
  bench: 'csv',
  at: new Date('2026-01-31T09:30:00Z'),
  machine,
  rows,
})

describe('results', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rounds-results-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('are read back as they were written', async () => {
    await writeResult(result(row('rows/s', 1)), { dir })
    expect((await readResults(dir)).get('csv')).toEqual(result(row('rows/s', 1)))
  })

  it('take the place of earlier ones, but for rows that were not measured this time and are to stay', async () => {
    await writeResult(result(row('rows/s', 1), row('gone', 1), row('big', 1)), { dir })
    await writeResult(result(row('rows/s', 2)), { dir, keep: ['big', 'rows/s'] })
    expect((await readResults(dir)).get('csv')?.rows).toEqual([row('rows/s', 2), row('big', 1)])
  })

  it('are none where there is no directory', async () => {
    expect(await readResults(join(dir, 'none'))).toEqual(new Map())
  })
})
