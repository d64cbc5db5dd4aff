import { describe, expect, it } from 'vitest'
import { postFiltersOf, readPostSearch } from './post-search.ts'

describe('the address of the chat messages', () => {
  it('keeps what makes sense and drops the rest', () => {
    expect(
      readPostSearch({ tab: 'doubt', state: 'posted', spaceId: 's-1', appointmentId: 'no id!', page: 7 }),
    ).toEqual({ tab: 'doubt', state: 'posted', spaceId: 's-1' })
    expect(readPostSearch({ tab: 'other', state: 'gone', spaceId: 7 })).toEqual({})
  })

  it('asks for the doubtful only, whatever state stands beside their tab', () => {
    expect(postFiltersOf({ tab: 'doubt', state: 'posted', spaceId: 's-1' })).toEqual({
      state: 'in doubt',
      spaceId: 's-1',
    })
    expect(postFiltersOf({ state: 'posted' })).toEqual({ state: 'posted' })
  })
})
