import { describe, expect, it } from 'vitest'
import { steady } from './steady-list.ts'

const list = (ids: string) => [...ids]
const idOf = (id: string) => id

describe('a list that is read again', () => {
  it('stays as it is under its reader, and counts what is new', () => {
    expect(steady(list('edcba'), idOf, 'c')).toEqual({ shown: list('cba'), fresh: 2 })
  })

  it('is shown from its top the first time, and where the row that stood there is gone', () => {
    expect(steady(list('cba'), idOf, undefined)).toEqual({ shown: list('cba'), fresh: 0 })
    expect(steady(list('edba'), idOf, 'c')).toEqual({ shown: list('edba'), fresh: 0 })
  })

  it('has its rows renewed in place', () => {
    const renewed = [
      { id: 'b', state: 'sent' },
      { id: 'a', state: 'sent' },
    ]
    expect(steady(renewed, ({ id }) => id, 'b').shown).toEqual(renewed)
  })
})
