import { describe, expect, it } from 'vitest'
import { lineOf } from './results.ts'
import { runRows } from './run-rows.ts'

const promised = [
  'row',
  'injected',
  'accepted',
  'lost',
  'duplicates',
  'partial',
  'inDoubt',
  'p99RescueMs',
  'ok',
]

describe('the line of a row that was not run', () => {
  it('has every promised field, says why, and cannot be taken for one that held', async () => {
    const told: string[] = []
    await runRows(
      [{ name: 'power', injects: '', notHere: () => 'needs root', run: () => Promise.reject() }],
      {
        seed: 1,
        profile: 'short',
        say: () => {},
        told: (result) => void told.push(lineOf(result)),
      },
    )
    const line = JSON.parse(told[0] ?? '')
    expect(Object.keys(line)).toEqual(expect.arrayContaining(promised))
    expect(line).toMatchObject({ row: 'power', ok: null, accepted: null, lost: null, notRun: 'needs root' })
  })

  it('says that it is no success where the row broke off', () => {
    const line = JSON.parse(lineOf({ row: 'power', ok: false, notRun: 'it broke off: no disk' }))
    expect(line).toMatchObject({ ok: false, lost: null })
  })
})
