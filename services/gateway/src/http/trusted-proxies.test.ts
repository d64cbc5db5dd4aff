import { describe, expect, it } from 'vitest'
import { readTrustedProxies } from './trusted-proxies.ts'

describe('TRUST_PROXY', () => {
  it.each([
    ['', false],
    [' ', false],
    ['2', 2],
    ['10.0.0.7', ['10.0.0.7']],
    ['10.0.0.0/8, fd00::/8,loopback', ['10.0.0.0/8', 'fd00::/8', 'loopback']],
  ])('%j is read', (text, proxies) => expect(readTrustedProxies(text)).toEqual(proxies))

  it.each([
    'true',
    'false',
    '0',
    '10',
    '-1',
    'proxy.example.test',
    '10.0.0.0/33',
    '::/0',
    '0.0.0.0/0',
    '1,2',
  ])('%j names no proxies', (text) => expect(readTrustedProxies(text)).toBeUndefined())
})
