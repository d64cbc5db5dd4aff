import { describe, expect, it } from 'vitest'
import { mongoStore, unfitness } from './mongo-store.ts'

describe('the MongoDB store refuses', () => {
  const fit = { version: '8.0.4', versionArray: [8, 0, 4, 0] }

  it('a server without replica set, and nothing that has one', () => {
    expect(unfitness({ isWritablePrimary: true }, fit)).toMatch(/^is no replica set: .*\.$/)
    expect(unfitness({ setName: 'rs0' }, fit)).toBeUndefined()
    expect(unfitness({ msg: 'isdbgrid' }, fit)).toBeUndefined()
  })

  it('a server older than 6', () => {
    const old = { version: '5.0.31', versionArray: [5, 0, 31, 0] }
    expect(unfitness({ setName: 'rs0' }, old)).toBe('is version 5.0.31; Rounds needs 6 or newer.')
  })

  it.each([
    'localhost:27017',
    'mongodb://u:secret-word@host',
    'mongodb://host/?a=b',
    'mongodb://u:p@ss@host/x?w=%',
    '',
  ])('an address that is none or names no database, without repeating it: %s', (url) => {
    expect(() => mongoStore(url, { appName: 'test' })).toThrow(
      expect.objectContaining({ name: 'OperatorError', message: expect.not.stringMatching(/secret|p@ss/) }),
    )
  })
})
