import { describe, expect, it } from 'vitest'
import { filterOf, readDeadLetterSearch } from './dead-letter-search.ts'

describe('the address of the dead letters', () => {
  it('holds every filter there is', () => {
    const search = {
      state: 'open',
      kind: 'max deliveries',
      consumer: 'mailer-mail',
      type: 'mail.requested',
      reason: 'not an event of ours',
      from: '2026-11-01',
      to: '2026-11-30',
    }
    expect(readDeadLetterSearch(search)).toEqual(search)
  })

  it.each([
    ['a state that there is not', { state: 'lost' }],
    ['a kind that there is not', { kind: 'postcard' }],
    ['an operator of a database', { consumer: { $ne: null } }],
    ['a type with a subject in it', { type: 'hospital.>' }],
    ['an empty reason', { reason: '  ' }],
    ['a reason of any length', { reason: 'x'.repeat(201) }],
    ['days in the wrong order', { from: '2026-11-30', to: '2026-11-01' }],
  ])('leaves out %s', (_what, search) => {
    expect(readDeadLetterSearch(search)).toEqual({})
  })
})

describe('what is done to many', () => {
  it('is done to what the filters mean, and of that to what is open', () => {
    expect(filterOf({ state: 'discarded', kind: 'letter', consumer: 'mailer-mail' })).toEqual({
      consumer: 'mailer-mail',
    })
  })
})
