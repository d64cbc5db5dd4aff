import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AddressFault, parseAddress } from './addresses.ts'

describe('an address', () => {
  test.each([
    ['asha@example.test', 'asha@example.test'],
    ['Asha.Example+visits@Example.TEST', 'Asha.Example+visits@example.test'],
    ["o'neil_1@a-b.example.test", "o'neil_1@a-b.example.test"],
    ['info@bücher.test', 'info@xn--bcher-kva.test'],
    ['info@उदाहरण.परीक्षा', 'info@xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g'],
  ])('%s is one mailbox', (given, address) => {
    expect(parseAddress(given)).toMatchObject({ kind: 'mailbox', address })
  })

  test('is the same on the suppression list however it is spelled', () => {
    const spellings = ['Asha@Example.test', 'asha@EXAMPLE.TEST', 'ASHA@example.test'].map(parseAddress)
    expect(new Set(spellings.map((result) => result.kind === 'mailbox' && result.suppressionKey)).size).toBe(
      1,
    )
  })

  test.each<[string, unknown, AddressFault]>([
    ['nothing', '', 'EMPTY'],
    ['no text', { address: 'a@example.test' }, 'NOT_TEXT'],
    ['a list of texts', ['a@example.test'], 'NOT_TEXT'],
    ['CR and LF', 'a@example.test\r\nBcc: b@example.test', 'CONTROL_CHARACTER'],
    ['a line break at its end', 'a@example.test\n', 'CONTROL_CHARACTER'],
    ['NUL', 'a@example.test\0', 'CONTROL_CHARACTER'],
    ['a line separator', 'a\u2028@example.test', 'CONTROL_CHARACTER'],
    ['a space around it', ' a@example.test', 'WHITESPACE'],
    ['a no-break space', 'a\u00a0b@example.test', 'WHITESPACE'],
    ['a display name', 'Asha<a@example.test>', 'NOT_BARE'],
    ['brackets', '<a@example.test>', 'NOT_BARE'],
    ['two mailboxes', 'a@example.test,b@example.test', 'NOT_BARE'],
    ['two mailboxes by semicolon', 'a@example.test;b@example.test', 'NOT_BARE'],
    ['a group', 'team:a@example.test;', 'NOT_BARE'],
    ['a comment', 'a(b)@example.test', 'NOT_BARE'],
    ['a quoted local part', '"a"@example.test', 'NOT_BARE'],
    ['the quoted local part of CVE-2025-13033', '"x@attacker.test"@example.test', 'NOT_BARE'],
    ['a backslash', 'a\\b@example.test', 'NOT_BARE'],
    ['an address literal', 'a@[127.0.0.1]', 'NOT_BARE'],
    ['no @', 'example.test', 'NO_AT'],
    ['two @', 'a@b@example.test', 'TWO_ATS'],
    ['nothing before the @', '@example.test', 'LOCAL_EMPTY'],
    ['nothing after the @', 'a@', 'DOMAIN_INVALID'],
    ['300 characters', `${'a'.repeat(286)}@example.test`, 'TOO_LONG'],
    ['65 characters before the @', `${'a'.repeat(65)}@example.test`, 'LOCAL_TOO_LONG'],
    ['a domain that is too long once it is ASCII', `${'a'.repeat(64)}@${'ü.'.repeat(24)}test`, 'TOO_LONG'],
    ['a label of 64 characters', `a@${'b'.repeat(64)}.test`, 'DOMAIN_INVALID'],
    ['Hindi before the @', 'आशा@example.test', 'LOCAL_NOT_ASCII'],
    ['dots beside each other', 'a..b@example.test', 'LOCAL_DOTS'],
    ['a dot at its beginning', '.a@example.test', 'LOCAL_DOTS'],
    ['a dot before the @', 'a.@example.test', 'LOCAL_DOTS'],
    ['a percent route', 'a%attacker.test@example.test', 'LOCAL_CHARACTER'],
    ['a bang route', 'attacker!a@example.test', 'LOCAL_CHARACTER'],
    ['an encoded word', '=?utf-8?q?=61=40attacker.test?=@example.test', 'LOCAL_CHARACTER'],
    ['a single word as domain', 'a@localhost', 'DOMAIN_NOT_PUBLIC'],
    ['an IP address', 'a@127.0.0.1', 'DOMAIN_NOT_PUBLIC'],
    ['an IP address in hexadecimal', 'a@0x7f.1', 'DOMAIN_NOT_PUBLIC'],
    ['an escaped domain', 'a@ex%61mple.test', 'DOMAIN_INVALID'],
    ['a full-width @ in the domain', 'a@example.test＠attacker.test', 'DOMAIN_INVALID'],
    ['a dot at its end', 'a@example.test.', 'DOMAIN_INVALID'],
    ['a hyphen at the edge of a label', 'a@-example.test', 'DOMAIN_INVALID'],
    ['broken punycode', 'a@xn--.test', 'DOMAIN_INVALID'],
    ['half a surrogate', 'a@\ud800.test', 'DOMAIN_INVALID'],
  ])('with %s is refused', (_, given, code) => {
    const result = parseAddress(given)
    expect(result).toMatchObject({ kind: 'refused', code })
  })

  test('that is refused is not repeated in the sentence that says why', () => {
    const result = parseAddress('secret person@example.test')
    expect(JSON.stringify(result)).not.toContain('secret')
  })
})

const hostile = fc.constantFrom(
  '\r',
  '\n',
  '\0',
  '\t',
  ' ',
  '"',
  '<',
  '>',
  '(',
  ')',
  ',',
  ';',
  ':',
  '\\',
  '[',
  ']',
  '%',
  '!',
  '@',
  '=?',
  '\u0085',
  '\u2028',
  '\u00a0',
  '\u202e',
)
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom('a', 'Z', '0', '.', '-', '+', '@', 'example.test', 'ü', 'अ', '｡', '＠'),
    hostile,
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
  { maxLength: 12 },
)

describe('whatever is given', () => {
  test('what passes is one dot-atom, one @ and one ASCII domain, and passes again unchanged', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((parts) => parts.join('')),
          fc.emailAddress(),
          fc.anything(),
        ),
        (given) => {
          const result = parseAddress(given)
          if (result.kind === 'refused') return
          expect(result.address).toMatch(/^[A-Za-z0-9#$&'*+\-/=?^_`{|}~.]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/)
          expect(result.address.length).toBeLessThanOrEqual(254)
          expect(result.address).not.toMatch(/\.\.|=\?/)
          expect(parseAddress(result.address)).toEqual(result)
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test('a good address with one hostile character in it is another address or none', () => {
    fc.assert(
      fc.property(hostile, fc.nat(16), (character, at) => {
        const good = 'asha@example.test'
        expect(parseAddress(good.slice(0, at) + character + good.slice(at)).kind).toBe('refused')
      }),
    )
  })
})
