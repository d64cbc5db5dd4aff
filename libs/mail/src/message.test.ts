import fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { type Message, messageBytes } from './message.ts'

const from = { name: 'City Hospital', address: 'care@hospital.example.test' }
const usual: Message = {
  from,
  to: 'ada@example.test',
  subject: 'Your visit',
  date: new Date('2026-11-26T02:30:05Z'),
  text: 'Dear Ada,\nsee you soon.\n',
  html: '<p>Dear Ada</p>',
  headers: { 'Message-ID': '<key.0@hospital.example.test>' },
}
const bytesOf = (more: Partial<Message>) => messageBytes({ ...usual, ...more })
const textOf = (more: Partial<Message>) => bytesOf(more).toString('latin1')
const read = (more: Partial<Message>) =>
  PostalMime.parse(bytesOf(more), { attachmentEncoding: 'arraybuffer' })
/** This reader takes the line end before a boundary for one of the text, but not behind base64. */
function readings(text: string): readonly string[] {
  const said = text.toWellFormed().replaceAll(/\r\n|\r|\n/g, '\r\n')
  return [said, `${said}\r\n`]
}

/** Anything that a keyboard, a database or an attacker may hold. */
const anyText = fc.oneof(
  fc.constantFrom('a'.repeat(2_000), 'a  b  '.repeat(400)),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        'a',
        ' ',
        '\t',
        '=',
        '.',
        '\r\n',
        '\n',
        '\r',
        'नमस्ते ',
        '=\r\n',
        '--=_alternative',
        '👩‍⚕️',
        '.\r\n.',
      ),
      {
        maxLength: 200,
      },
    )
    .map((parts) => parts.join('')),
)

/** What a subject keeps of a text: a line separator or a control character would leave its line for some readers. */
const onOneLine = (text: string) =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()

describe('a message', () => {
  it('is what its receivers expect, line by line', () => {
    expect(textOf({}).split('\r\n')).toEqual([
      'From: City Hospital <care@hospital.example.test>',
      'To: ada@example.test',
      'Subject: Your visit',
      'Date: Thu, 26 Nov 2026 02:30:05 +0000',
      'Message-ID: <key.0@hospital.example.test>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary="=_alternative"',
      '',
      '--=_alternative',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      'Dear Ada,',
      'see you soon.',
      '',
      '--=_alternative',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      '<p>Dear Ada</p>',
      '--=_alternative--',
      '',
    ])
  })

  it('says to a reader of mail exactly what it was given, whatever that is', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (text, html) => {
        const mail = await read({ text, html })
        expect(readings(text)).toContain((mail.text ?? '').replaceAll(/\r?\n/g, '\r\n'))
        expect(readings(html)).toContain((mail.html ?? '').replaceAll(/\r?\n/g, '\r\n'))
      }),
    )
  })

  it('is ASCII in lines of at most 76 characters, each ended by CRLF and by nothing else', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (text, html, subject) => {
        const message = textOf({
          text,
          html,
          subject,
          attachments: [{ fileName: subject, content: Buffer.from(text) }],
        })
        expect(message).toMatch(/^[\t\r\n\x20-\x7e]*$/)
        expect(message.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
        const [, ...body] = message.split('\r\n\r\n')
        for (const line of body.join('\r\n\r\n').split('\r\n'))
          if (!line.startsWith(' filename*=')) expect(line.length).toBeLessThanOrEqual(76)
        for (const line of message.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
      }),
    )
  })

  it('is read as what nodemailer would have made of the same mail', async () => {
    const written = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }).map((text) => `a${text}z`)
    await fc.assert(
      fc.asyncProperty(written.map(onOneLine), written, written, async (subject, text, html) => {
        const { to, date, headers } = usual
        const messageId = headers['Message-ID'] ?? ''
        const theirs = new MailComposer({ from, to, date, messageId, subject, text, html })
        const [ours, other] = await Promise.all([
          read({ subject, text, html }),
          PostalMime.parse(await theirs.compile().build()),
        ])
        const { from: sender, to: readers, messageId: id, date: day } = other
        expect(ours).toMatchObject({
          from: sender,
          to: readers,
          messageId: id,
          date: day,
          subject: other.subject,
        })
        expect([ours.text, ours.html].map((body) => body?.trim())).toEqual(
          [other.text, other.html].map((body) => body?.trim()),
        )
      }),
    )
  })

  it('keeps a page of Hindi legible, and a letter of Hindi short', () => {
    expect(textOf({ html: `<p class="x">${'नमस्ते'}</p>${'<br />'.repeat(40)}` })).toContain('quoted-printable')
    expect(textOf({ text: 'नमस्ते'.repeat(40) })).toContain('base64')
  })
})

describe('a head', () => {
  const plain = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }).map((text) => text.trim())

  it('says subject and sender as they were given, on one line, whatever people wrote', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText, plain), plain, async (subject, name) => {
        const mail = await read({ subject, from: { ...from, name } })
        expect((mail.subject ?? '').trim()).toBe(onOneLine(subject))
        expect(mail.from).toMatchObject({ address: from.address, name: onOneLine(name) })
        expect(mail.headers.map(({ key }) => key)).toEqual([
          'from',
          'to',
          'subject',
          'date',
          'message-id',
          'mime-version',
          'content-type',
        ])
      }),
    )
  })

  it.each([
    [
      'commas, quotes and brackets',
      'Rao, "Ada" <ada>',
      '"Rao, \\"Ada\\" <ada>" <care@hospital.example.test>',
    ],
    ['what looks like an encoded word', '=?x?', '=?utf-8?B?PT94Pw==?= <care@hospital.example.test>'],
    ['nothing', '', 'care@hospital.example.test'],
  ])('a name of %s is quoted so that nobody reads another address', (_, name, value) => {
    expect(textOf({ from: { ...from, name } })).toContain(`From: ${value}\r\n`)
  })

  it('folds long lines where taking the folds out gives back the line, and never a word', () => {
    const subject = 'The opening hours of the outpatient department change from the first of December on'
    const long = `<https://hospital.example.test/v1/unsubscribe/${'t'.repeat(300)}>`
    const message = textOf({ subject, headers: { 'List-Unsubscribe': long } })
    expect(message).toContain(
      'Subject: The opening hours of the outpatient department change from the\r\n first',
    )
    expect(message).toContain(`List-Unsubscribe: ${long}\r\n`)
  })

  it.each([
    ['a line end in a value', { 'X-Made': 'a\r\nBcc: eve@example.test' }],
    ['a line end that looks like a fold', { 'X-Made': 'a\r\n\r\nb' }],
    ['a line end in a name', { 'X-Made: a\r\nBcc': 'eve@example.test' }],
    ['no ASCII', { 'X-Made': 'é' }],
    ['a line that no server takes', { 'X-Made': 'a'.repeat(1_000) }],
  ])('is not made with %s', (_, headers) => {
    expect(() => bytesOf({ headers: headers as Record<string, string> })).toThrow(
      /A (line of a )?header would/,
    )
  })

  it('is not made for an address that leaves its line', () => {
    expect(() => bytesOf({ to: 'ada@example.test\r\nBcc: eve@example.test' })).toThrow(/may leave its line/)
  })
})

describe('what a message carries', () => {
  it.each(['appointments.csv', 'a b.bin', 'रिपोर्ट "2026".csv', "it's (1)*.csv", 'x'.repeat(80)])(
    'arrives byte by byte, as %s',
    async (fileName) => {
      const content = Buffer.from(Array.from({ length: 5_000 }, (_, place) => (place * 7) % 256))
      const { attachments, text, html } = await read({ attachments: [{ fileName, content }] })
      const [file] = attachments
      expect(attachments).toHaveLength(1)
      expect(file?.filename).toBe(fileName.slice(0, 60))
      expect(file?.disposition).toBe('attachment')
      expect(file?.mimeType).toBe(fileName.endsWith('.csv') ? 'text/csv' : 'application/octet-stream')
      expect(Buffer.from(file?.content as ArrayBuffer).equals(content)).toBe(true)
      expect([text?.trim(), html?.trim()]).toEqual([usual.text.trim(), usual.html])
    },
  )
})
