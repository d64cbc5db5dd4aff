import { describe, expect, it } from 'vitest'
import { keptOf } from './kept.ts'
import { exitCodeOf, tell } from './tell.ts'

const well = { part: 'http', counts: { requests: 50_000 }, findings: [] }
const missing = { part: 'csv', counts: {}, findings: [], notRun: 'LibreOffice is not installed.' }

describe('a result of fuzz', () => {
  it('is kept when it is the full size, with what was found and how it is seen again', () => {
    const found = { ...well, findings: [{ what: '500', again: '--seed 5' }] }
    expect(keptOf(found, { seed: 5, requests: 50_000 }, '2026-01-02')).toEqual({
      part: 'http',
      on: '2026-01-02',
      seed: 5,
      requests: 50_000,
      counts: { requests: 50_000 },
      findings: 1,
    })
  })

  it('is not kept when it is smaller, or when the part could not run', () => {
    expect(keptOf(well, { seed: 5, requests: 49_999 }, '2026-01-02')).toBeUndefined()
    expect(keptOf(missing, { seed: 5, requests: 50_000 }, '2026-01-02')).toBeUndefined()
  })

  it('is no success when what was asked for by name could not run, and says why', () => {
    expect(exitCodeOf([missing], true)).toBe(1)
    expect(exitCodeOf([well, missing], false)).toBe(0)
    expect(tell(missing, false)).toEqual(['csv: NOT RUN: LibreOffice is not installed.'])
    expect(JSON.parse(tell(missing, true)[0] ?? '')).toMatchObject({ ok: false, notRun: missing.notRun })
  })
})
