import { describe, expect, it } from 'vitest'
import { addressGroup, alarmsOf, delayMs, waitSeconds } from './login-throttle.ts'

describe('the login throttle', () => {
  it('lets an owner mistype, then waits longer and longer, up to five minutes', () => {
    expect([1, 5, 6, 7, 8, 14, 15, 5_000].map(waitSeconds)).toEqual([0, 0, 1, 2, 4, 256, 300, 300])
  })

  it('slows an address by two seconds at most', () => {
    expect([0, 50, 51, 60, 70, 1_000_000].map(delayMs)).toEqual([0, 0, 100, 1_000, 2_000, 2_000])
  })

  it('raises an alarm where a line is crossed and not at every try', () => {
    const raised = Array.from({ length: 120 }, (_, index) => alarmsOf(index + 1, 1)).flat()
    expect(raised).toEqual([
      { of: 'account', tries: 20 },
      { of: 'account', tries: 100 },
    ])
    expect(alarmsOf(1, 50)).toEqual([{ of: 'address', tries: 50 }])
  })

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:0:1::5', '2001:db8:0:1::/64'],
    ['2001:0db8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('counts %s as %s, since the rest is free to choose', (address, group) =>
    expect(addressGroup(address)).toBe(group),
  )
})
