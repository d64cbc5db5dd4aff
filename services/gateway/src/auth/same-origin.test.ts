import { describe, expect, it } from 'vitest'
import { isSameOrigin } from './same-origin.ts'

describe('a request that leans on a cookie', () => {
  const home = 'https://rounds.example.test'
  it.each([
    ['comes from our own page', { 'sec-fetch-site': 'same-origin' }, true],
    ['was typed in by a person', { 'sec-fetch-site': 'none' }, true],
    ['comes from another site', { 'sec-fetch-site': 'cross-site', origin: home }, false],
    ['comes from a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }, false],
    ['names our origin, in an old browser', { origin: home }, true],
    ['names the host it was sent to', { origin: 'http://localhost:8080', host: 'localhost:8080' }, true],
    ['names another origin', { origin: 'https://evil.example.test', host: 'rounds.example.test' }, false],
    ['comes from nowhere in particular, as sandboxed pages do', { origin: 'null' }, false],
    ['comes from no browser', {}, true],
  ])('that %s', (_, headers, allowed) => {
    expect(isSameOrigin(headers, home)).toBe(allowed)
  })
})
