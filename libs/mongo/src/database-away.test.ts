import { MongoNetworkError, MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { isDatabaseAway } from './database-away.ts'

describe('the database is away', () => {
  const saying = (code: number) => new MongoServerError({ message: 'no', code })

  it.each<[string, unknown, boolean]>([
    ['when its connection broke', new MongoNetworkError('gone'), true],
    ['when the socket broke under a write', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }), true],
    ['when it shuts down', saying(91), true],
    ['when its primary stepped down', saying(10_107), true],
    ['when its majority does not write', saying(64), true],
    ['and is not, when it refuses a document', saying(11_000), false],
    ['and is not, when the mistake is ours', new TypeError('x is undefined'), false],
  ])('%s', (_, error, away) => {
    expect(isDatabaseAway(error)).toBe(away)
  })
})
