import { describe, expect, it } from 'vitest'
import { sliceOf } from './range.ts'

describe('a range of a file of ten bytes', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-3', { start: 0, end: 3 }],
    ['bytes=4-', { start: 4, end: 9 }],
    ['bytes=4-400', { start: 4, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=10-', 'beyond the end'],
    ['bytes=-0', 'beyond the end'],
    ['bytes=5-2', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,4-5', 'whole'],
    ['rows=0-1', 'whole'],
    ['bytes=0x1-2', 'whole'],
  ])('%s is %o', (range, slice) => {
    expect(sliceOf({ range }, file)).toEqual(slice)
  })

  it('is the whole when the client has the beginning of another file', () => {
    expect(sliceOf({ range: 'bytes=4-', ifRange: '"other"' }, file)).toBe('whole')
    expect(sliceOf({ range: 'bytes=4-', ifRange: 'W/"tag"' }, file)).toBe('whole')
    expect(sliceOf({ range: 'bytes=4-', ifRange: '"tag"' }, file)).toEqual({ start: 4, end: 9 })
  })

  it('has no range in an empty file', () => {
    expect(sliceOf({ range: 'bytes=0-' }, { size: 0, etag: '"tag"' })).toBe('beyond the end')
  })
})

const file = { size: 10, etag: '"tag"' }
