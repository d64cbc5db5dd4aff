import { describe, expect, it } from 'vitest'
import { event } from '../../ledger/test/ledger-contract.ts'
import { outboxKeepMs, outboxOf } from './outbox.ts'
import { toSay } from './outbox-relay.ts'

const now = new Date('2026-03-01T10:00:00Z')
const young = new Date(now.getTime() - outboxKeepMs + 1)
const old = new Date(now.getTime() - outboxKeepMs - 1)

describe('the outbox', () => {
  it('is due exactly when something is in it', () => {
    expect(outboxOf([], now)).toEqual({ outbox: [] })
    expect(outboxOf([event('a')], now)).toMatchObject({
      outbox: [{ event: { id: 'a' }, at: now }],
      outboxDue: now,
    })
  })

  it.each([
    { situation: 'never sent, young', entry: { at: young }, said: true },
    { situation: 'never sent, old', entry: { at: old }, said: true },
    { situation: 'sent to this stream', entry: { at: young, sentTo: 'this' }, said: false },
    { situation: 'sent to a stream that is gone, young', entry: { at: young, sentTo: 'gone' }, said: true },
    { situation: 'sent to a stream that is gone, old', entry: { at: old, sentTo: 'gone' }, said: false },
  ])('says what the stream does not have: $situation → $said', ({ entry, said }) => {
    expect(toSay([{ event: event('a'), ...entry }], 'this', now)).toHaveLength(said ? 1 : 0)
  })

  it('keeps the order in which things were written', () => {
    const outbox = ['a', 'b', 'c'].map((id) => ({ event: event(id), at: young }))
    expect(toSay(outbox, 'this', now).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
})
