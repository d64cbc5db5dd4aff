import { describe, expect, test } from 'vitest'
import { textPage } from '../templates/layout.ts'
import { lintAnnouncement, lintTemplate, type TemplateSources } from './lint.ts'
import { mailTemplates } from './render.ts'
import { type MailTemplate, mailLanguages } from './template.ts'
import { readCompiled, readSource } from './template-files.ts'

function sourcesOf(template: MailTemplate): TemplateSources {
  return Object.fromEntries(
    mailLanguages.map((language) => {
      const text = readSource(template, language, 'txt')
      return [
        language,
        { html: readCompiled(template, language), text: text && textPage(template, language, text) },
      ]
    }),
  )
}

const named = (id: string) => {
  const template = mailTemplates.find((one) => one.id === id)
  if (!template) throw new Error(`no ${id}`)
  return template
}

describe.each(mailTemplates.map((template) => [template.id, template] as const))('%s', (_, template) => {
  test('has nothing that may not ship', () => {
    expect(lintTemplate(template, sourcesOf(template))).toEqual([])
  })

  test('says what happens when nobody knows whether it left, and says so to its reader if it comes twice', () => {
    expect(['resend', 'hold']).toContain(template.inDoubt)
    const { en, hi } = sourcesOf(template)
    expect(en?.text?.includes('may reach you twice')).toBe(template.inDoubt === 'resend')
    expect(hi?.text?.includes('दो बार')).toBe(template.inDoubt === 'resend')
  })

  test('is written in both languages', () => {
    expect(Object.keys(template.subjects).toSorted()).toEqual(['en', 'hi'])
    for (const source of Object.values(sourcesOf(template)))
      expect(source).toEqual({ html: expect.any(String), text: expect.any(String) })
  })
})

test('no two templates have one name, and only care has the lane that overtakes', () => {
  expect(new Set(mailTemplates.map(({ id }) => id)).size).toBe(mailTemplates.length)
  const overtaking = mailTemplates.filter(({ lane, mayUnsubscribe }) => lane === 'care' && mayUnsubscribe)
  expect(overtaking).toEqual([])
})

describe('a template may not', () => {
  const page = (inside: string) => `<html lang="en">\n<body>\n${inside}\n</body></html>`
  const codes = (
    change: Partial<MailTemplate>,
    sources: TemplateSources = sourcesOf(named('visit-reminder')),
  ) =>
    lintTemplate({ ...named('visit-reminder'), ...change }, sources).map(({ pointer, line, code }) => ({
      pointer,
      line,
      code,
    }))

  test.each([
    ['tell a diagnosis in its subject', 'Your cancer screening', 'CLINICAL_WORD'],
    ['tell it in Hindi', 'आपकी कैंसर जाँच', 'CLINICAL_WORD'],
    ['tell it with a hidden joiner', 'Your can\u200bcer visit', 'CLINICAL_WORD'],
    ['tell it in full-width letters', 'Your ｃａｎｃｅｒ visit', 'CLINICAL_WORD'],
    ['tell of an HIV result', 'HIV: your result', 'CLINICAL_WORD'],
    ['break the line of its subject', 'Your visit\nBcc: a@example.test', 'LINE_BREAK'],
    ['break it with a rarer character', 'Your visit\u2028x', 'LINE_BREAK'],
    ['hold what cannot be seen', 'Your\u0007visit', 'CONTROL_CHARACTER'],
    ['name the recipient in its subject', 'Hello {{ recipientName }}', 'PERSONAL_VARIABLE'],
    ['name the department in its subject', 'Visit to {{ department }}', 'PERSONAL_VARIABLE'],
    ['use a variable that it did not declare', 'Visit {{ place }}', 'UNKNOWN_VARIABLE'],
    ['have no subject', ' ', 'EMPTY'],
  ])('%s', (_, en, code) => {
    expect(codes({ subjects: { en } })).toContainEqual({ pointer: '/subjects/en', line: 1, code })
  })

  test('come without English, or without a text', () => {
    expect(codes({}, {})).toContainEqual({ pointer: '/en/html', line: 1, code: 'NO_ENGLISH' })
    expect(codes({}, { en: { html: page('') } })).toContainEqual({
      pointer: '/en/text',
      line: 1,
      code: 'NO_TEXT_PART',
    })
  })

  test.each([
    ['administrative', 'bulk'],
    ['marketing', 'bulk'],
    ['marketing', 'care'],
  ] as const)('keep its reader, being %s in lane %s', (purpose, lane) => {
    const found = codes({ purpose, lane }, { en: { html: page(''), text: 'text' } })
    expect(found.filter(({ code }) => code === 'NO_UNSUBSCRIBE_LINK').map(({ pointer }) => pointer)).toEqual([
      '/en/html',
      '/en/text',
    ])
  })

  test.each([
    ['<img alt="" src="https://elsewhere.example.test/pixel.gif">', 'REMOTE_CONTENT'],
    ['<img alt="" src="//elsewhere.example.test/pixel.gif">', 'REMOTE_CONTENT'],
    ['<td background="http://elsewhere.example.test/a.png">', 'REMOTE_CONTENT'],
    ['<style>@import url(x.css)</style>', 'REMOTE_CONTENT'],
    ['<div style="background:url(\'https://elsewhere.example.test/a\')">', 'REMOTE_CONTENT'],
    ['<script>1</script>', 'REMOTE_CONTENT'],
    ['<img src="data:image/gif;base64,AAAA">', 'NO_ALT_TEXT'],
    ['{{ recipientName | raw }}', 'UNESCAPED'],
  ])('hold %s, and its line is told', (inside, code) => {
    expect(codes({}, { en: { html: page(inside), text: 'text' } })).toContainEqual({
      pointer: '/en/html',
      line: 3,
      code,
    })
  })

  test('be cut off by a mail program, or hide its language', () => {
    const found = codes({}, { en: { html: '<html>'.padEnd(102_001, 'x'), text: 'text' } }).map(
      ({ code }) => code,
    )
    expect(found).toEqual(['TOO_LONG', 'NO_LANGUAGE'])
  })
})

describe('what an admin writes', () => {
  const good = {
    subject: 'New hours at {{ hospitalName }}',
    body: 'Dear {{ recipientName }},\nwe open at eight.',
  }

  test('passes when it is plain', () => {
    expect(lintAnnouncement(good)).toEqual([])
    expect(
      lintAnnouncement({ ...good, body: '{% if department != "" %}{{ department | upcase }}{% endif %}' }),
    ).toEqual([])
  })

  test.each([
    ['a clinical subject', { subject: 'Diabetes day' }, '/subject', 1, 'CLINICAL_WORD'],
    ['a subject of two lines', { subject: 'a\r\nBcc: b' }, '/subject', 1, 'LINE_BREAK'],
    [
      'a subject that names people',
      { subject: 'For {{ recipientName }}' },
      '/subject',
      1,
      'PERSONAL_VARIABLE',
    ],
    ['an empty subject', { subject: ' ' }, '/subject', 1, 'EMPTY'],
    ['an endless subject', { subject: 'a'.repeat(201) }, '/subject', 1, 'TOO_LONG'],
    ['an unknown variable', { body: 'one\ntwo {{ nme }}' }, '/body', 2, 'UNKNOWN_VARIABLE'],
    ['a part of a text', { body: '{{ recipientName.constructor }}' }, '/body', 1, 'UNKNOWN_VARIABLE'],
    ['a loop', { body: 'one\n\n{% for i in (1..9) %}{% endfor %}' }, '/body', 3, 'BAD_LIQUID'],
    ['a file', { body: '{% include "/etc/passwd" %}' }, '/body', 1, 'BAD_LIQUID'],
    [
      'a filter that is not for admins',
      { body: '{{ recipientName | append: "x" }}' },
      '/body',
      1,
      'BAD_LIQUID',
    ],
    ['a brace too many', { body: 'one\n{{ recipientName }' }, '/body', 2, 'BAD_LIQUID'],
    ['a character that cannot be seen', { body: 'one\ntw\u0000o' }, '/body', 2, 'CONTROL_CHARACTER'],
    ['an empty text', { body: '\n' }, '/body', 1, 'EMPTY'],
    ['an endless text', { body: 'a'.repeat(10_001) }, '/body', 1, 'TOO_LONG'],
  ])('with %s is refused, with pointer and line', (_, change, pointer, line, code) => {
    const found = lintAnnouncement({ ...good, ...change })
    expect(found.map((fault) => ({ pointer: fault.pointer, line: fault.line, code: fault.code }))).toEqual([
      { pointer, line, code },
    ])
  })
})
