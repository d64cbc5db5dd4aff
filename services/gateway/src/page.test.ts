import { describe, expect, it } from 'vitest'
import { pageFrom, pageOf } from './page.ts'

describe('a page of a list', () => {
  const at = (id: string) => ({ after: '2026-03-01', id })

  it('says where the next one begins, and the next one understands it', () => {
    const { items, next } = pageFrom(['a', 'b', 'c'], 2, at, (row) => row)
    expect(items).toEqual(['a', 'b'])
    expect(pageOf({ cursor: next ?? '' }).position).toEqual(at('b'))
  })

  it('is the last one when nothing is left', () => {
    expect(pageFrom(['a', 'b'], 2, at, (row) => row)).toEqual({ items: ['a', 'b'] })
  })

  it.each([
    'nonsense',
    'e30',
    Buffer.from('["a"]').toString('base64url'),
    Buffer.from('["a",{"$ne":1}]').toString('base64url'),
  ])('refuses %s as a cursor, by its name', (cursor) => {
    expect(() => pageOf({ cursor })).toThrow(
      expect.objectContaining({
        status: 400,
        errors: [expect.objectContaining({ pointer: '/query/cursor' })],
      }),
    )
  })
})
