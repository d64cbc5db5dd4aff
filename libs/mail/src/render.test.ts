import { describe, expect, test } from 'vitest'
import { mostDigestVisits } from '../templates/visit-digest/template.ts'
import { missingIn } from './author-text.ts'
import { MailVariablesError, mailTemplates, previewOf, render, UnknownTemplateError } from './render.ts'
import { mailLanguages, personalVariables } from './template.ts'

const everyMail = mailTemplates.flatMap((template) =>
  mailLanguages.map((language) => ({ template, language })),
)

function faultsOf(act: () => unknown): MailVariablesError {
  try {
    act()
  } catch (fault) {
    if (fault instanceof MailVariablesError) return fault
    throw fault
  }
  throw new Error('nothing was refused')
}

const visit = (variables: object = {}) => ({ ...mailTemplates[0]?.sample, ...variables })

describe.each(everyMail)('$template.id in $language', ({ template, language }) => {
  test('is a page, a text and a subject without anything left to fill in', () => {
    const mail = previewOf(template.id, language)
    expect(mail).toMatchObject({ language, version: template.version })
    for (const part of [mail.subject, mail.html, mail.text])
      expect(part).not.toMatch(/\{\{|\{%|undefined|\[object/)
    expect(mail.html).toContain(`lang="${language}"`)
    expect(Buffer.byteLength(mail.html)).toBeLessThan(102_000)
    expect(mail.html).not.toMatch(/<img|<script|<link|url\(|@import/i)
  })

  test('keeps everything personal out of its subject', () => {
    const marked = Object.fromEntries(
      personalVariables(template)
        .filter((name) => template.variables.required?.includes(name))
        .map((name) => [name, name.endsWith('Url') ? 'https://marked.example.test/' : 'MARKED']),
    )
    const mail = previewOf(template.id, language, marked)
    expect(mail.subject).not.toMatch(/marked/i)
    expect(mail.subject).toMatch(/^[^\p{Cc}]+$/u)
  })

  test('shows a tag in a value as text', () => {
    const script = '<script>alert(1)</script>{{ 1 | plus: 1 }}"><img onerror=x>'
    const mail = previewOf(template.id, language, { recipientName: script, hospitalName: script })
    expect(mail.html).not.toMatch(/<script>|<img/)
    expect(mail.subject).toContain('{{ 1 | plus: 1 }}')
  })

  test('has lines of its own only, whatever the values are', () => {
    const lines = (text: string) => text.split('\n').length
    const broken = previewOf(template.id, language, { hospitalName: 'A\r\nBcc: b@example.test\n\nC' })
    expect(broken.subject).not.toMatch(/[\r\n]/)
    expect(lines(broken.text)).toBe(lines(previewOf(template.id, language).text))
  })

  test('says what is missing by template and variable', () => {
    for (const name of template.variables.required ?? []) {
      const { [name]: _, ...rest } = template.sample as Record<string, unknown>
      const { template: id, faults } = faultsOf(() => render(template.id, language, rest))
      expect({ id, faults }).toEqual({
        id: template.id,
        faults: [{ variable: name, detail: 'is missing', isMissing: true }],
      })
    }
  })
})

describe('a value', () => {
  test('that is an object is refused, and not repeated', () => {
    const fault = faultsOf(() =>
      render('visit-reminder', 'en', visit({ recipientName: { toString: 'secret' } })),
    )
    expect(fault.message).toBe('visit-reminder: recipientName must be string')
  })

  test.each(['', '  ', '\u200b', '\n'])('that is %j is none, and the mail is not made', (doctorName) => {
    const fault = faultsOf(() => render('visit-reminder', 'en', visit({ doctorName })))
    expect([fault.isMissing, fault.message]).toEqual([true, 'visit-reminder: doctorName is empty'])
  })

  test('that no template asked for is refused', () => {
    const fault = faultsOf(() => render('visit-reminder', 'en', visit({ diagnosis: 'secret' })))
    expect(fault.message).toBe('visit-reminder: diagnosis is not known')
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//example.test',
    'https://user@example.test/',
    'https://example.test/ x',
    'https://example.test/"',
    'https://example.test/\n',
  ])('for a link is no web address: %j', (reportUrl) => {
    const { faults } = faultsOf(() => previewOf('report-ready', 'en', { reportUrl }))
    expect(faults).toEqual([{ variable: 'reportUrl', detail: 'is no web address' }])
  })

  test('for a zone is a zone', () => {
    const { faults } = faultsOf(() => render('visit-reminder', 'en', visit({ zone: 'Mars/Olympus' })))
    expect(faults).toEqual([{ variable: 'zone', detail: 'is no time zone' }])
  })
})

describe('a moment', () => {
  test('is written in the zone and the language of the mail', () => {
    const startsAt = '2026-11-25T20:15:00.000Z'
    const text = (language: 'en' | 'hi', zone: string) =>
      render('visit-reminder', language, visit({ startsAt, zone })).text
    expect(text('en', 'Asia/Kolkata')).toContain('Thursday, 26 November 2026')
    expect(text('en', 'Asia/Kolkata')).toContain('1:45 am')
    expect(text('en', 'America/New_York')).toContain('Wednesday, 25 November 2026')
    expect(text('hi', 'Asia/Kolkata')).toContain('गुरुवार, 26 नवंबर 2026')
  })

  test('that is a calendar day is that day wherever the process runs', () => {
    expect(previewOf('doctor-activity', 'en').text).toContain('Thursday, 1 October 2026')
  })
})

describe('an announcement', () => {
  const say = (subject: string, body: string, more: object = {}) =>
    previewOf('announcement', 'en', { subject, body, ...more })

  test('is filled in for its recipient', () => {
    const mail = say('News from {{ hospitalName }}', 'Dear {{ recipientName }},\n\nline one\nline two')
    expect(mail.subject).toBe('News from Rounds Hospital')
    expect(mail.text).toMatch(/^Dear Asha Example,\n\nline one\nline two\n\n-- \n/)
    expect(mail.html).toContain('<p>line one<br>line two</p>')
  })

  test('holds no HTML of the admin and runs no Liquid of a recipient', () => {
    const mail = say('a < b', '<b>bold</b> {{ recipientName }} {{ "<i>" }}', {
      recipientName: '{{ hospitalName }}<u>',
    })
    expect(mail.html).toContain('&lt;b&gt;bold&lt;/b&gt; {{ hospitalName }}&lt;u&gt; &lt;i&gt;')
    expect(mail.html).toContain('<title>a &lt; b</title>')
    expect(mail.text).toContain('<b>bold</b> {{ hospitalName }}<u> <i>')
  })

  test.each([
    ['a variable that is not there', '{{ diagnosis }}'],
    ['the link of another', '{{ unsubscribeUrl }}'],
    ['a loop', '{% for i in (1..1000000000) %}x{% endfor %}'],
    ['a file', '{% include "/etc/passwd" %}'],
    ['another template', '{% render "visit-reminder" %}'],
    ['a filter that lengthens', '{{ "a" | append: "b" }}'],
    ['a way to the prototype', '{{ recipientName.constructor }}'],
    ['a tag without its end', '{% if recipientName %}'],
  ])('with %s is refused by name and line', (_, body) => {
    const { template, faults } = faultsOf(() => say('Subject', `first line\n${body}`))
    expect({ template, faults }).toEqual({
      template: 'announcement',
      faults: [{ variable: 'body', detail: 'cannot be filled in, line 2' }],
    })
  })

  test('names the columns of an uploaded list in its body, as text, and before a value of ours that is called the same', () => {
    const columns = { amount: '<b>12</b> {{ hospitalName }}', name: 'Ann', department: 'East' }
    const mail = say('News', '{{ recipientName }}, {{ name }} of {{ department }}: {{ amount }}', { columns })
    expect(mail.html).toContain('Asha Example, Ann of East: &lt;b&gt;12&lt;/b&gt; {{ hospitalName }}')
    expect(faultsOf(() => say('Of {{ amount }}', 'Text', { columns })).faults).toMatchObject([
      { variable: 'subject' },
    ])
    expect(faultsOf(() => say('News', '{{ due }}', { columns })).faults).toMatchObject([{ variable: 'body' }])
  })

  test.each([
    ['{{ slot }}', { slot: '' }],
    ['{{ slot }}', { slot: ' \u200b\n' }],
    ['{{ slot | upcase }}', { slot: '' }],
    ['{{ department }}', { department: '' }],
    ['{% if slot %}{{ slot }}{% else %}{{ ward }}{% endif %}', { slot: '', ward: '' }],
  ])('of %s is not made with %j: a sentence with a hole is not sent', (body, columns) => {
    const text = { subject: 'News', body: `At: ${body}` }
    const [missing] = Object.keys(columns).slice(-1)
    const fault = faultsOf(() => say(text.subject, text.body, { columns }))
    expect([fault.isMissing, fault.faults[0]?.variable]).toEqual([true, missing])
    expect(missingIn(text, {}, columns)).toBe(missing)
  })

  test.each([
    ['{{ slot | default: "noon" }}', { slot: '' }, 'noon'],
    ['{% if slot %}{{ slot }}{% else %}any time{% endif %}', { slot: '' }, 'any time'],
    ['{{ slot }}', { slot: '0', ward: '' }, '0'],
  ])('of %s says with %j what it says instead', (body, columns, says) => {
    expect(say('News', `At ${body}.`, { columns }).text).toContain(`At ${says}.`)
    expect(missingIn({ subject: 'News', body: `At ${body}.` }, {}, columns)).toBeUndefined()
  })

  test('that says nothing at all to somebody is not sent to them', () => {
    const body = '{% if slot %}At {{ slot }}{% endif %}'
    expect(faultsOf(() => say('News', body, { columns: { slot: '' } })).isMissing).toBe(true)
  })

  test('names no recipient in its subject, even when nobody looked before', () => {
    const { faults } = faultsOf(() => say('For {{ recipientName }}', 'Text'))
    expect(faults).toEqual([{ variable: 'subject', detail: 'cannot be filled in, line 1' }])
  })
})

test('a template that does not exist is an error of its own', () => {
  expect(() => render('no-such', 'en', {})).toThrow(UnknownTemplateError)
})

test.each(mailLanguages)(
  'a digest of as many visits as it may have is shown to its end, in %s',
  (language) => {
    const visit = {
      news: 'changed',
      startsAt: '2026-11-26T05:00:00.000Z',
      previousStartsAt: '2026-11-25T05:00:00.000Z',
      doctorName: 'Dr. Ananthapadmanabhan Venkataraghavan',
      department: 'Obstetrics and Gynaecology',
    }
    const visits = Array<object>(mostDigestVisits).fill(visit)
    const { html, text } = previewOf('visit-digest', language, { visits })
    expect(html.match(/Venkataraghavan/g)).toHaveLength(mostDigestVisits)
    expect(text.match(/^- .*Venkataraghavan/gm)).toHaveLength(mostDigestVisits)
    expect(Buffer.byteLength(html)).toBeLessThan(102_000)
  },
)
