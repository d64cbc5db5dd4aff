import { describe, expect, it } from 'vitest'
import { reliabilityPage } from './reliability-page.ts'
import type { Result } from './results.ts'

describe('the reliability page', () => {
  it('says with each nothing how little that proves', () => {
    const page = reliabilityPage(rows, [ran({ accepted: 600 })], '')
    expect(page).toContain('lost: 0 of 600; with 95 % confidence fewer than 3/600 = 0.5 %.')
  })

  it('does not hide what was lost', () => {
    const page = reliabilityPage(rows, [ran({ lost: 2, ok: false })], '')
    expect(page).toContain('lost: **2** of 100.')
    expect(page).toContain('**not held**')
  })

  it('lists what was not run, and why', () => {
    const page = reliabilityPage(rows, [{ row: 'power', ok: true, notRun: 'needs root' }], '')
    expect(page).toContain('NOT RUN: needs root')
    expect(page).toContain('NOT RUN: no result is kept')
  })

  it('ends with the anomalies that were found', () => {
    expect(reliabilityPage(rows, [], '## Anomalies\n\nOne.')).toMatch(/## Anomalies\n\nOne\.\n$/)
  })
})

const rows = ['kill', 'power'].map((name) => ({ name, injects: `what ${name} does` }))

function ran(more: object): Result {
  return {
    row: 'kill',
    ok: true,
    seed: 1,
    profile: 'short',
    seconds: 1,
    on: '2026-01-01',
    injected: 3,
    accepted: 100,
    lost: 0,
    duplicates: 0,
    partial: 0,
    inDoubt: 0,
    p99RescueMs: 0,
    bars: [],
    notes: [],
    ...more,
  }
}
