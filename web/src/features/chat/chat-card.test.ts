import { describe, expect, it } from 'vitest'
import { shownMessage } from './chat-card.ts'

describe('a previewed chat message', () => {
  it('is read as its words', () => {
    const widgets = [
      { decoratedText: { topLabel: 'Doctor', text: '<b>Dr. A &amp; B</b>' } },
      { textParagraph: { text: 'one<br>two' } },
      { buttonList: { buttons: [{ text: 'Open', onClick: { openLink: { url: 'https://example.test' } } }] } },
    ]
    const card = {
      header: { title: 'Checked', subtitle: 'Hospital' },
      sections: [{ header: 'All', widgets }],
    }
    expect(shownMessage({ fallbackText: 'Checked', cardsV2: [{ cardId: 'x', card }] })).toEqual({
      fallback: 'Checked',
      cards: [
        {
          title: 'Checked',
          subtitle: 'Hospital',
          sections: [
            {
              header: 'All',
              lines: [
                { kind: 'fact', label: 'Doctor', text: 'Dr. A & B' },
                { kind: 'text', text: 'one' },
                { kind: 'text', text: 'two' },
                { kind: 'link', text: 'Open' },
              ],
            },
          ],
        },
      ],
    })
  })

  it.each([
    undefined,
    null,
    'text',
    { cardsV2: 'none' },
    { cardsV2: [null] },
    { cardsV2: [{ card: { sections: 7 } }] },
  ])('of a strange shape (%j) breaks nothing', (message) => {
    expect(shownMessage(message).fallback).toBe('')
  })
})
