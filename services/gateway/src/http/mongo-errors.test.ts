import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { isDatabaseError } from './mongo-errors.ts'

describe('the database refuses', () => {
  const saying = (code: number) => new MongoServerError({ message: 'no', code })

  it.each<[string, unknown, boolean]>([
    ['when it is away', new MongoNetworkError('gone'), true],
    ['when its disk is full', saying(14_031), true],
    ['when its majority does not write', saying(64), true],
    ['when somebody may not write', saying(13), true],
    [
      'when one of several writes was refused so',
      new MongoBulkWriteError({ message: 'no', code: 14_031, writeErrors: [] }, {} as never),
      true,
    ],
    ['and does not, when no collection could hold such a document', saying(121), false],
    ['and does not, when a document is too large', saying(10_334), false],
    ['and does not, when the mistake is ours', new TypeError('x is undefined'), false],
  ])('%s', (_, error, refusing) => {
    expect(isDatabaseError(error)).toBe(refusing)
  })
})
