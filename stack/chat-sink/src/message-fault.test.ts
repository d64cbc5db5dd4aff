import { describe, expect, it } from 'vitest'
import { messageFault } from './message-fault.ts'

const withWidget = (widget: unknown) => ({
  cardsV2: [{ cardId: 'one', card: { header: { title: 'Checked' }, sections: [{ widgets: [widget] }] } }],
})

describe('a message', () => {
  it.each([
    [{ text: 'Hello' }],
    [{ text: 'Hello', thread: { threadKey: 'a-1' }, fallbackText: 'Hello' }],
    [withWidget({ textParagraph: { text: 'Hello' } })],
    [withWidget({ divider: {} })],
    [
      withWidget({
        buttonList: { buttons: [{ text: 'Open', onClick: { openLink: { url: 'https://example.test' } } }] },
      }),
    ],
  ])('%j is taken', (message) => {
    expect(messageFault(message)).toBeUndefined()
  })

  it.each([
    ['nothing', null, /must be an object/],
    ['a list', [], /must be an object/],
    ['no words', {}, /cannot be empty/],
    ['empty words', { text: '', cardsV2: [] }, /cannot be empty/],
    ['a number for words', { text: 1 }, /'message.text'/],
    ['an unknown field', { txt: 'Hello' }, /Unknown name "txt"/],
    ['a field of every object', { text: 'Hello', constructor: {} }, /Unknown name "constructor"/],
    ['a thread that is a word', { text: 'Hello', thread: 'a-1' }, /'message.thread'/],
    ['a card without a card', { cardsV2: [{ cardId: 'one' }] }, /cardsV2\[0\].card': is required/],
    ['a header without a title', { cardsV2: [{ card: { header: {} } }] }, /header.title': is required/],
    ['a section of nothing', { cardsV2: [{ card: { sections: [{ widgets: [] }] } }] }, /widgets': is empty/],
    ['a widget of two kinds', withWidget({ divider: {}, textParagraph: { text: 'x' } }), /exactly one kind/],
    ['a widget of no kind', withWidget({}), /exactly one kind/],
    ['an unknown widget', withWidget({ carousel: {} }), /Unknown name "carousel"/],
    [
      'a button that calls somebody',
      withWidget({ buttonList: { buttons: [{ text: 'x', onClick: { action: { function: 'f' } } }] } }),
      /Unknown name "action"/,
    ],
    [
      'a link that is a program',
      withWidget({
        buttonList: { buttons: [{ text: 'x', onClick: { openLink: { url: 'javascript:x' } } }] },
      }),
      /must be a link/,
    ],
  ])('with %s is refused', (_, message, why) => {
    expect(messageFault(message)).toMatch(why)
  })
})
