import { expect, it } from 'vitest'
import { cpuSeconds, statIn } from './processes.ts'

it('reads a process whose name looks like numbers and brackets', () => {
  const line = '42 (we (ird) 1 2) S 7 42 42 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 100 1000 10'
  expect(statIn(line)).toEqual({ parent: 7, ticks: 110 })
})

it('counts nothing for a process that is gone', async () => {
  expect(await cpuSeconds([2 ** 22 + 1])).toBe(0)
})

it('counts what this process has used', async () => {
  expect(await cpuSeconds([process.pid])).toBeGreaterThan(0)
})
