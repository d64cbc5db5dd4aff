import { describe, expect, it } from 'vitest'
import { type Known, reliabilityPage } from './reliability-page.ts'
import type { Result } from './results.ts'

describe('the reliability page', () => {
  it('says with each nothing how little that proves', () => {
    const page = pageOf([ran({ accepted: 600 })])
    expect(page).toContain('lost: 0 of 600; with 95 % confidence fewer than 3/600 = 0.5 %.')
  })

  it('does not hide what was lost', () => {
    const page = pageOf([ran({ lost: 2, ok: false })])
    expect(page).toContain('lost: **2** of 100.')
    expect(page).toContain('**not held**')
  })

  it('does not add mails up with jobs', () => {
    const page = pageOf([ran({}), ran({ row: 'mail', accepted: 300, lost: 1 })])
    expect(page).toContain('lost: 0 of 100;')
    expect(page).toContain('300 accepted mails:\n\n- lost: **1** of 300.')
  })

  it('says of how many rescues the slowest was one', () => {
    expect(pageOf([ran({ p99RescueMs: 24_300, rescues: 12 })])).toContain('| 24.3 s of 12 |')
  })

  it('marks a bar that wants at least something', () => {
    const page = pageOf([ran({ ok: false, bars: [{ what: 'rescues', seen: 0, atLeast: 1 }] })])
    expect(page).toContain('rescues: 0 (at least 1, **not held**)')
  })

  it('tells which rows have no proxy, and how many reports are written at once', () => {
    expect(pageOf([])).toContain('servers\n(none in `mail`)')
    expect(pageOf([])).toContain('`EXPORT_CONCURRENCY=8` (16 in `power`), and with `EXPORTS_PER_MACHINE=64`')
  })

  it('tells of the last full fuzz, and which part was not run', () => {
    const kept = {
      part: 'http',
      on: '2026-01-02',
      seed: 5,
      requests: 50_000,
      counts: { requests: 50_000 },
      findings: 0,
    }
    const page = pageOf([], [kept])
    expect(page).toContain('| http | 2026-01-02, 5 | requests 50,000 | nothing |')
    expect(page).toContain('| csv |  |  | not run |')
  })

  it('lists what was not run, and why', () => {
    const page = pageOf([{ row: 'power', ok: null, notRun: 'needs root' }])
    expect(page).toContain('NOT RUN: needs root')
    expect(page).toContain('NOT RUN: no result is kept')
  })

  it('ends with the anomalies that were found', () => {
    expect(pageOf([], [], '## Anomalies\n\nOne.')).toMatch(/## Anomalies\n\nOne\.\n$/)
  })
})

const rows: Known['rows'] = [
  { name: 'kill', injects: 'what kill does' },
  { name: 'power', injects: 'what power does', hospital: { exportsAtOnce: 16 } },
  { name: 'mail', injects: 'what mail does', counts: 'mails', hospital: { isProxied: false } },
]

const pageOf = (results: readonly Result[], fuzzed: Known['fuzzed'] = [], anomalies = '') =>
  reliabilityPage({ rows, results, fuzzed, anomalies })

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
