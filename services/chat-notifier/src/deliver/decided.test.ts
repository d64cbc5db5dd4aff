import { postResolved } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { byPerson } from './decided.ts'

const decided = (as: 'posted' | 'again' | 'abandon') =>
  byPerson(eventMaker('gateway')(postResolved, { postId: 'post', as, resolvedBy: 'admin' }), {
    kind: 'in doubt',
    code: 'NO_ANSWER',
    requestId: 'request',
  })

describe("a person's word about a post in doubt", () => {
  it.each([
    ['posted', 'done', 'posted'],
    ['abandon', 'cancelled', 'cancelled'],
    ['again', 'waiting', 'in doubt'],
  ] as const)('%s makes it %s', (as, state, kind) => {
    expect(decided(as)).toMatchObject({ state, outcome: { kind, resolved: { by: 'admin', as } }, says: [] })
  })

  it('takes the reason for the doubt away when it is to be posted again', () => {
    expect(decided('again').outcome).not.toHaveProperty('code')
  })
})
