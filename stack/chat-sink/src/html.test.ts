import { describe, expect, it } from 'vitest'
import { shownCard } from './card.ts'
import { shownCardText, shownText } from './markup.ts'

describe('a text', () => {
  it.each([
    ['*bold* and _leaning_', '<strong>bold</strong> and <em>leaning</em>'],
    ['~gone~ and `code *as is*`', '<s>gone</s> and <code>code *as is*</code>'],
    ['*_both_*', '<strong><em>both</em></strong>'],
    ['snake_case_name and 2*3*4', 'snake_case_name and 2*3*4'],
    ['one\ntwo', 'one<br>two'],
    ['<users/all>', '<span class="mention">@all</span>'],
  ])('%j is shown as Chat shows it', (text, markup) => {
    expect(shownText(text).markup).toBe(markup)
  })

  it('links only to what a page may link to', () => {
    expect(shownText('<https://example.test/a?b=1&c=2|the list>').markup).toBe(
      '<a href="https://example.test/a?b=1&#38;c=2" rel="noopener noreferrer" target="_blank">the list</a>',
    )
    expect(shownText('<javascript:alert(1)|click>').markup).toBe('&#60;javascript:alert(1)|click&#62;')
  })

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '*<b>*',
    '`<i>`',
    '<https://a.test|<script>>',
    '"><svg onload=1>',
  ])('never becomes markup of the page: %s', (hostile) => {
    for (const { markup } of [shownText(hostile), shownCardText(hostile)])
      expect(markup).not.toMatch(/<(?!\/?(strong|em|s|code|br|a|b|i|u|span)[ >])/)
  })
})

describe('a card', () => {
  it('is shown with its header, its rows and its link, and its text’s entities as what they stand for', () => {
    const { markup } = shownCard({
      card: {
        header: { title: 'Checked', subtitle: 'Cardiology' },
        sections: [
          {
            widgets: [
              { decoratedText: { topLabel: 'Patient', text: 'A. R. &lt;3' } },
              {
                buttonList: {
                  buttons: [{ text: 'Open', onClick: { openLink: { url: 'https://example.test/' } } }],
                },
              },
            ],
          },
        ],
      },
    })
    for (const part of [
      '<h4>Checked</h4>',
      'Cardiology',
      '<small>Patient</small>',
      'A. R. &#60;3',
      'href="https://example.test/"',
    ])
      expect(markup).toContain(part)
  })

  it('closes the tags that its writer left open, and drops links that are none', () => {
    expect(shownCardText('<b>x').markup).toBe('<b>x</b>')
    expect(shownCardText('x</b></div>').markup).toBe('x&#60;/div&#62;')
    expect(shownCardText('<a href="javascript:alert(1)">x</a>').markup).toBe('x')
  })
})
