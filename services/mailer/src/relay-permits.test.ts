import { expect, it } from 'vitest'
import { relayPermits } from './relay-permits.ts'

const away = { kind: 'not now', why: 'away' } as const
const accepted = { kind: 'accepted', bytes: 1, reply: { code: 250 } } as const

it('lets a lane take all it has room for while the relay takes mail', () => {
  const { permits } = setUp()
  expect(permits.take(16)).toBe(16)
  permits.heard({ kind: 'refused', reply: { code: 550 } })
  permits.heard({ kind: 'silent' })
  permits.heard({ kind: 'not now', why: 'broke off' })
  expect(permits.take(16)).toBe(16)
})

it('lets one at a time look whether the relay is back, and all of them once it is', () => {
  const { permits, pass } = setUp()
  for (let n = 0; n < 16; n++) permits.heard(away)
  expect(permits.take(16)).toBe(0)
  pass(1_000)
  expect([permits.take(16), permits.take(16)]).toEqual([1, 0])
  permits.giveBack(1)
  expect(permits.take(16)).toBe(1)
  permits.heard(accepted)
  expect(permits.take(16)).toBe(16)
})

it('lets nobody else look when the ledger had no more work for the room that was asked for', () => {
  const { permits, pass } = setUp()
  permits.heard(away)
  pass(1_000)
  expect(permits.take(16)).toBe(1)
  // As workers do after each search: of one asked for, none is left over.
  permits.giveBack(0)
  expect(permits.take(16)).toBe(0)
})

it('waits longer each time, but never long', () => {
  const { permits, pass } = setUp()
  for (let n = 0; n < 20; n++) {
    permits.heard(away)
    pass(15_000)
  }
  permits.heard(away)
  pass(14_999)
  expect(permits.take(1)).toBe(0)
  pass(1)
  expect(permits.take(1)).toBe(1)
})

function setUp() {
  let now = 0
  const permits = relayPermits({ now: () => now, chance: () => 1 })
  return {
    permits,
    pass: (ms: number) => {
      now += ms
    },
  }
}
