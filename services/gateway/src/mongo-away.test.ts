import { MongoNetworkError, MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { isDatabaseAway } from './mongo-away.ts'

describe('the database is away', () => {
  it.each<[string, unknown, boolean]>([
    ['when its connection broke', new MongoNetworkError('gone'), true],
    ['when the socket broke under a write', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }), true],
    ['when its primary stepped down', new MongoServerError({ message: 'not primary', code: 91 }), true],
    [
      'and is not, when it refuses a document',
      new MongoServerError({ message: 'E11000', code: 11_000 }),
      false,
    ],
    ['and is not, when the mistake is ours', new TypeError('x is undefined'), false],
  ])('%s', (_, error, away) => {
    expect(isDatabaseAway(error)).toBe(away)
  })
})
