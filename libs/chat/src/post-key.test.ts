import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { postKeyOf, requestIdOf, trialKeyOf } from './post-key.ts'

const occasion = {
  spaceId: 'space',
  news: 'appointment.checked',
  appointmentId: 'visit',
  version: 2,
} as const

describe('the key of a post', () => {
  it('is the same whoever asks, and another one for another space, news, visit or version', () => {
    const keys = [
      postKeyOf(occasion),
      postKeyOf({ ...occasion, spaceId: 'other' }),
      postKeyOf({ ...occasion, news: 'appointment.missed' }),
      postKeyOf({ ...occasion, appointmentId: 'other' }),
      postKeyOf({ ...occasion, version: 3 }),
      trialKeyOf('space', 'visit'),
    ]
    expect(postKeyOf({ ...occasion })).toBe(keys[0])
    expect(new Set(keys).size).toBe(keys.length)
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
  })
})

describe('the request id', () => {
  it('has the form of a UUID, and does not depend on the order of the posts', () => {
    const key = fc.stringMatching(/^[0-9a-f]{32}$/)
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 10 }), (keys) => {
        const id = requestIdOf(keys)
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        expect(requestIdOf(keys.toReversed())).toBe(id)
      }),
    )
  })

  it('is another one for other posts', () => {
    expect(requestIdOf(['a'])).not.toBe(requestIdOf(['b']))
    expect(requestIdOf(['a', 'b'])).not.toBe(requestIdOf(['a']))
    expect(requestIdOf(['ab'])).not.toBe(requestIdOf(['a', 'b']))
  })
})
