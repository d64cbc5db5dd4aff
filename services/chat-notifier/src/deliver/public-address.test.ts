import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address.ts'

describe('an address on the public internet', () => {
  it.each([
    '8.8.8.8',
    '142.250.1.95',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.1.1',
    '2a00:1450:4001:800::200a',
    '2001:4860:4860::8888',
  ])('is %s', (address) => expect(isPublicAddress(address)).toBe(true))

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:a00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:a00:1::1',
    '100::1',
    'localhost',
    '0x7f.1',
    '2130706433',
    '',
  ])('is not %j', (address) => expect(isPublicAddress(address)).toBe(false))
})
