import { describe, expect, it } from 'vitest'
import type { ExportRow } from './export-rows.ts'
import { isOrphan } from './orphan.ts'

const now = new Date('2026-01-31T12:00:00Z')
const long = new Date('2026-01-31T11:00:00Z')

describe('an orphan is a file', () => {
  it.each([
    ['of a report nobody knows', 'r.1.csv', undefined],
    ['of an earlier claim', 'r.1.csv', row({ state: 'done', fence: 2, file: 'r.2.csv' })],
    ['of an earlier claim, while the heir writes', 'r.1.csv.part', row({ state: 'claimed', fence: 2 })],
    ['of a claim that ended, before the next', 'r.1.csv.part', row({ state: 'waiting', fence: 1 })],
    ['of a cancelled report', 'r.1.csv', row({ state: 'cancelled' })],
    ['of an expired report', 'r.1.csv', row({ state: 'expired', file: 'r.1.csv' })],
    ['left half-written beside the finished one', 'r.1.csv.part', row({ state: 'done', file: 'r.1.csv' })],
    ['of errors in an earlier file', 'r.1.errors.csv', row({ state: 'done', fence: 2, file: 'r.2.csv' })],
    ['that only describes another', 'r.1.csv.json', row({ state: 'failed' })],
  ])('%s', (_, name, its) => {
    expect(isOrphan({ name, changedAt: long }, its, { now, graceMs: 60_000 })).toBe(true)
  })

  it.each([
    ['it is finished and known', 'r.1.csv', row({ state: 'done', file: 'r.1.csv' })],
    ['it lists what is missing in one that is', 'r.1.errors.csv', row({ state: 'done', file: 'r.1.csv.gz' })],
    ['it describes one that is', 'r.1.csv.json', row({ state: 'done', file: 'r.1.csv' })],
    ['a living claim writes it', 'r.1.csv.part', row({ state: 'claimed', fence: 1 })],
    ['a living claim has just renamed it', 'r.1.csv', row({ state: 'sending', fence: 1 })],
    ['it is none of ours', 'accounts.xlsx', undefined],
  ])('not when %s', (_, name, its) => {
    expect(isOrphan({ name, changedAt: long }, its, { now, graceMs: 60_000 })).toBe(false)
  })

  it('not before its writer must be gone', () => {
    const changedAt = new Date(now.getTime() - 59_000)
    expect(isOrphan({ name: 'r.1.csv.part', changedAt }, undefined, { now, graceMs: 60_000 })).toBe(false)
  })
})

function row(it: Partial<ExportRow>): ExportRow {
  return { key: 'r', state: 'done', fence: 1, calledOff: false, cause: { correlationid: 'story' }, ...it }
}
