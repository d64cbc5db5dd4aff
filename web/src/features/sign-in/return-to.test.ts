import { describe, expect, it } from 'vitest'
import { returnTo } from './return-to.ts'

describe('the way back after signing in', () => {
  it('leads to the page that was asked for, with its filters', () => {
    expect(returnTo('/appointments?status=booked')).toBe('/appointments?status=booked')
  })

  it.each([
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    'javascript:alert(1)',
    '/.//evil.test',
    '/sign-in',
    7,
  ])('does not lead to %s', (asked) => {
    expect(returnTo(asked)).toBeUndefined()
  })
})
