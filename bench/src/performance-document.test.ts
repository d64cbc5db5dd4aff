import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { benches } from './benches/all.ts'
import { medianOf } from './goals.ts'
import { performanceDocument } from './performance-document.ts'
import { readResults } from './results.ts'

const bench = {
  name: 'job',
  about: 'submitted → settled',
  notes: ['Settled is settled.'],
  goals: [
    { text: 'at least 2,500 jobs/s', figure: medianOf('jobs/s'), atLeast: 2_500, unit: 'jobs/s' },
    { text: 'start at most 8 ms', figure: medianOf('ms'), atMost: 8, unit: 'ms' },
  ],
}
const result = {
  bench: 'job',
  at: new Date('2026-01-31T09:30:00Z'),
  machine: { processor: 'Some CPU', cores: 2, memoryGb: 8, system: 'Linux 6', versions: { node: '24.1.0' } },
  rows: [{ bench: 'job', variant: 'ours', unit: 'jobs/s', median: 2_000, min: 1_900, max: 2_100, runs: 5 }],
}

describe('the page on performance', () => {
  it('tells goals, figures, remarks and the machine', () => {
    const page = performanceDocument([bench], new Map([['job', result]]), () => 'The disk bounds it.')
    expect(page).toContain('| at least 2,500 jobs/s | 2,000 jobs/s | **not reached** |')
    expect(page).toContain('| start at most 8 ms | not measured | – |')
    expect(page).toContain('| jobs/s | ours | 1 × | 2,000 (1,900–2,100) |  | 5 |')
    expect(page).toContain('- Settled is settled.\n\nThe disk bounds it.')
    expect(page).toContain('Measured 2026-01-31 on Some CPU, 2 cores, 8 GB, Linux 6; node 24.1.0.')
  })

  it('says of a bench without results that there are none', () => {
    expect(performanceDocument([bench], new Map(), () => '')).toContain('Not measured yet.')
  })

  const file = new URL('../../docs/performance.md', import.meta.url)
  it.runIf(existsSync(file))('is what the results in the repository make it', async () => {
    expect(readFileSync(file, 'utf8')).toBe(performanceDocument(benches, await readResults()))
  })
})
