import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inCard, plain, plainInCard } from './plain.ts'

describe("somebody else's words", () => {
  it.each([
    ['<users/all>', '‹users/all›'],
    ['*bold* _it_ ~gone~ `code`', '∗bold∗ ˍitˍ ∼gone∼ ˋcodeˋ'],
    ['<https://example.test|click>', '‹https:\u2060//example.\u2060test∣click›'],
    ['two\nlines\u2028three', 'two lines three'],
    ['\u202eesrever', 'esrever'],
    ['zero\u200bwidth', 'zerowidth'],
    ['\ud800 half', '\ufffd half'],
    ['श्री राव', 'श्री राव'],
    ['  Dr. Rao ', 'Dr. Rao'],
  ])('%j is shown as %j', (text, shown) => expect(plain(text)).toBe(shown))

  it('never hold a sign that Google Chat heeds, whatever they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (text) => {
        const shown = plain(text)
        expect(shown).not.toMatch(/[<>*_~`@|\n\r]/)
        expect(shown).not.toMatch(/:\//)
        expect(shown).not.toMatch(/\w\.\w/)
        expect(Array.from(shown).length).toBeLessThanOrEqual(120)
        expect(shown.isWellFormed()).toBe(true)
      }),
    )
  })

  it('never hold a tag or an entity of their own in a card', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(plainInCard(text).replaceAll(/&#\d+;/g, '')).not.toMatch(/[&<>"']/)
      }),
    )
    expect(inCard('<b>&amp;"\'')).toBe('&#60;b&#62;&#38;amp;&#34;&#39;')
  })
})
