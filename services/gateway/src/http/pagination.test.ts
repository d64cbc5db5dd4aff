import { describe, expect, it } from 'vitest'
import { pageFrom, pageOf, shownEach } from './pagination.ts'

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

  it('names a record that cannot be shown apart from the others, and goes on after it', () => {
    const rows = [{ _id: 'a' }, { _id: 'b', at: 'soon' }, { _id: 'c' }, { _id: 'd' }]
    const show = ({ _id, at }: { _id: string; at?: string }) => {
      if (at) new Date(at).toISOString()
      return _id
    }
    const shown = pageFrom(rows, 3, ({ _id }) => at(_id), show)
    expect(shown).toMatchObject({ items: ['a', 'c'], broken: [{ id: 'b' }] })
    expect(pageOf({ cursor: shown.next ?? '' }).position).toEqual(at('c'))
  })

  it('goes on also where the last record of the page has no place to go on from', () => {
    const rows = [{ _id: 'a' }, { _id: 'b', lost: true }, { _id: 'c' }]
    const placeOf = ({ _id, lost }: { _id: string; lost?: boolean }) =>
      lost ? { after: new Date(Number.NaN).toISOString(), id: _id } : at(_id)
    expect(pageOf({ cursor: pageFrom(rows, 2, placeOf, ({ _id }) => _id).next ?? '' }).position).toEqual(
      at('a'),
    )
  })

  it('hides no failure that is not the record’s own', async () => {
    const away = () => Promise.reject(new Error('the database is away'))
    await expect(shownEach([{ _id: 'a' }], away)).rejects.toThrow('away')
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
