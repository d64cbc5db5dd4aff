import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAddressGone, maxBounceBytes, parseBounce } from './bounce.ts'
import { deliveryKeyOf } from './headers.ts'

const sample = (name: string) => readFileSync(new URL(`../test/bounces/${name}.eml`, import.meta.url))
const withBreaks = (raw: Buffer, lineBreak: string) => Buffer.from(raw.toString().replaceAll('\n', lineBreak))
const ours = '<0123456789abcdef0123456789abcdef.0@mail.example.test>'

const report = (status: string) =>
  Buffer.from(
    `Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n${status}\n\n--b--\n`,
  )

describe('a bounce', () => {
  test.each([
    ['postfix', 'nobody@example.test', 'failed', '5.1.1', ours],
    ['exchange', 'Nobody@exchange.example.test', 'failed', '5.1.10', ours],
    ['gmail', 'nobody@gmail.example.test', 'failed', '5.1.1', ours],
    ['delayed', 'slow@example.test', 'delayed', '4.4.1', ours],
    ['without-headers', 'gone@example.test', 'failed', '5.2.1', undefined],
  ])(
    'of the kind %s is read, with either line break',
    async (name, finalRecipient, action, status, messageId) => {
      for (const lineBreak of ['\n', '\r\n']) {
        const bounce = await parseBounce(withBreaks(sample(name), lineBreak))
        expect(bounce).toMatchObject({ kind: 'bounce', recipients: [{ finalRecipient, action, status }] })
        expect(bounce).toHaveProperty('recipients.length', 1)
        expect('originalMessageId' in bounce ? bounce.originalMessageId : undefined).toBe(messageId)
      }
    },
  )

  test('leads back to the delivery', async () => {
    const bounce = await parseBounce(sample('postfix'))
    const messageId = bounce.kind === 'bounce' ? bounce.originalMessageId : undefined
    expect(deliveryKeyOf(messageId ?? '', 'mail.example.test')).toEqual({
      deliveryKey: '0123456789abcdef0123456789abcdef',
      occurrence: 0,
    })
  })

  test('tells what the server answered on one line', async () => {
    expect(await parseBounce(sample('postfix'))).toHaveProperty(
      'recipients.0.diagnosticCode',
      'smtp; 550 5.1.1 <nobody@example.test>: Recipient address rejected: User unknown',
    )
  })

  test('may speak of several recipients, and one that cannot be read leaves the others', async () => {
    const bounce = await parseBounce(
      report(
        [
          'Reporting-MTA: dns; x',
          'Final-Recipient: rfc822; a@example.test\nAction: failed\nStatus: 5.1.1',
          'Final-Recipient: rfc822; "b\r\nBcc: c"@example.test\nAction: failed\nStatus: 5.1.1',
          'Final-Recipient: rfc822; d@example.test\nAction: exploded\nStatus: 5.1.1',
          'Final-Recipient: rfc822; e@example.test\nAction: failed\nStatus: bad',
          'Final-Recipient: rfc822; f@example.test\nAction: relayed\nStatus: 2.0.0',
        ].join('\n\n'),
      ),
    )
    expect(bounce).toEqual({
      kind: 'bounce',
      recipients: [
        { finalRecipient: 'a@example.test', action: 'failed', status: '5.1.1' },
        { finalRecipient: 'f@example.test', action: 'relayed', status: '2.0.0' },
      ],
    })
  })
})

describe('a bounce is read for what it says most precisely', () => {
  const fields = (lines: string) => `Reporting-MTA: dns; x\n\n${lines}`
  const read = async (lines: string, type = 'message/delivery-status') =>
    parseBounce(Buffer.from(report(fields(lines)).toString().replace('message/delivery-status', type)))

  test.each([
    ['5.0.0', 'smtp; 550 5.1.1 no such user', '5.1.1'],
    ['5.0.0', 'smtp; 550-5.1.10 none; 550 5.1.10 none', '5.1.10'],
    ['5.3.0', 'x-postfix; host mx said: 552 5.2.2 full', '5.2.2'],
    ['5.1.0', 'smtp; 550 rejected 5.1.1', '5.1.0'],
    ['5.2.2', 'smtp; 550 5.1.1 no such user', '5.2.2'],
    ['5.0.0', 'smtp; 550 5.0.0 no', '5.0.0'],
    ['', 'smtp; 550 5.1.1 no such user', '5.1.1'],
  ])('of status %s and answer %s', async (status, answer, expected) => {
    const bounce = await read(
      `Final-Recipient: rfc822; a@example.test\nAction: failed\nStatus: ${status}\nDiagnostic-Code: ${answer}`,
    )
    expect(bounce).toMatchObject({ recipients: [{ status: expected }] })
  })

  test.each([
    ['a@example.test', 'utf-8; a@example.test'],
    ['a@example.test', 'utf-8; \\x{61}@example.test'],
    ['a@xn--d1acufc.test', 'utf-8; a@домен.test'],
    ['a@example.test', 'UTF-8;<a@example.test>'],
  ])('of %s in an internationalised report (RFC 6533)', async (address, field) => {
    const bounce = await read(
      `Final-Recipient: ${field}\nAction: failed\nStatus: 5.1.1`,
      'message/global-delivery-status',
    )
    expect(bounce).toMatchObject({ recipients: [{ finalRecipient: address, action: 'failed' }] })
  })

  test('of the address that was written to and of the one behind it', async () => {
    const bounce = await read(
      'Original-Recipient: rfc822;alias@example.test\nFinal-Recipient: rfc822; box7@backend.example.test\nAction: failed\nStatus: 5.1.1',
    )
    expect(bounce).toMatchObject({
      recipients: [{ finalRecipient: 'box7@backend.example.test', originalRecipient: 'alias@example.test' }],
    })
  })
})

describe('a complaint (RFC 5965)', () => {
  const complaint = (fields: string, to = 'To: Ada <ada@example.test>\n') =>
    parseBounce(
      Buffer.from(
        `Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\n${fields}\n--b\nContent-Type: message/rfc822\n\nMessage-ID: ${ours}\n${to}\nx\n--b--\n`,
      ),
    )

  test.each([
    ['Feedback-Type: abuse\nOriginal-Rcpt-To: <ada@example.test>\n', 'ada@example.test'],
    ['Feedback-Type: abuse\nOriginal-Rcpt-To: redacted\n', ''],
    ['Feedback-Type: opt-out\n', ''],
  ])('names the mail that it is about: %j', async (fields, finalRecipient) => {
    expect(await complaint(fields)).toEqual({
      kind: 'bounce',
      recipients: [{ finalRecipient, action: 'complained' }],
      originalMessageId: ours,
    })
    expect(await complaint(fields, 'To: ada@example.test\n')).toHaveProperty(
      'recipients.0.finalRecipient',
      'ada@example.test',
    )
  })

  test('that says it is no spam is none', async () => {
    expect(await complaint('Feedback-Type: not-spam\n')).toMatchObject({ kind: 'refused' })
  })
})

describe('refused is', () => {
  test.each([
    ['a holiday note that talks like a bounce', sample('holiday'), 'NOT_A_BOUNCE'],
    ['a bounce that somebody forwarded', sample('forwarded'), 'NOT_A_BOUNCE'],
    ['nothing', Buffer.alloc(0), 'NOT_A_BOUNCE'],
    ['noise', Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7_919) % 256)), 'NOT_A_BOUNCE'],
    ['a report without recipients', report('Reporting-MTA: dns; x'), 'NO_RECIPIENT'],
    ['what is larger than any mail of ours', Buffer.alloc(maxBounceBytes + 1, 'a'), 'TOO_LARGE'],
    [
      'a report on a thousand recipients',
      report(
        Array.from(
          { length: 1_000 },
          (_, at) => `Final-Recipient: rfc822; a${at}@example.test\nAction: failed\nStatus: 5.1.1`,
        ).join('\n\n'),
      ),
      'TOO_MANY_RECIPIENTS',
    ],
    [
      'a nest of a thousand parts',
      Buffer.from(
        Array.from(
          { length: 1_000 },
          (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
        ).join(''),
      ),
      'NOT_MAIL',
    ],
    ['a megabyte of headers', Buffer.from(`X: ${'y'.repeat(900_000)}\n\n`), 'NOT_MAIL'],
  ])('%s', async (_, raw, code) => {
    expect(await parseBounce(raw)).toMatchObject({ kind: 'refused', code })
  })

  test.each([
    ['a megabyte of empty lines', report('\n'.repeat(900_000)), 'TOO_LARGE'],
    [
      'a hundred thousand parts',
      Buffer.from(`Content-Type: multipart/report; boundary=b\n\n${'--b\n\n'.repeat(100_000)}`),
      'TOO_LARGE',
    ],
    ['a field folded for ever', report(`Final-Recipient:\n${' \n'.repeat(14_000)}`), 'NO_RECIPIENT'],
    ['an address of brackets', report(`Final-Recipient: rfc822; ${'<'.repeat(90_000)}`), 'NO_RECIPIENT'],
    [
      'as many parts as there may be lines',
      Buffer.from(`Content-Type: multipart/report; boundary=b\n\n${'--b\n\n'.repeat(7_000)}`),
      'NOT_A_BOUNCE',
    ],
  ])('soon, though made to be slow: %s', async (_, raw, code) => {
    const since = process.cpuUsage()
    expect(await parseBounce(raw)).toMatchObject({ kind: 'refused', code })
    const { user, system } = process.cpuUsage(since)
    // A tenth of this is usual; without the limit on lines it is twenty seconds.
    expect((user + system) / 1_000).toBeLessThan(2_000)
  })

  test('never with a throw, however a real one was damaged', async () => {
    const names = ['postfix', 'exchange', 'gmail', 'delayed', 'without-headers']
    const damaged = fc
      .tuple(fc.constantFrom(...names), fc.nat(2_000), fc.nat(60), fc.uint8Array({ maxLength: 20 }))
      .map(([name, at, cut, put]) => {
        const raw = sample(name)
        return Buffer.concat([raw.subarray(0, at), put, raw.subarray(at + cut)])
      })
    await fc.assert(
      fc.asyncProperty(damaged, async (raw) => {
        const bounce = await parseBounce(raw)
        if (bounce.kind === 'refused') return
        for (const { finalRecipient } of bounce.recipients)
          expect(finalRecipient).toMatch(/^[\x21-\x7e]+@[a-z0-9.-]+$/)
      }),
      { numRuns: 300 },
    )
  })
})

test('only what is about the address itself makes it gone', () => {
  expect(['5.1.1', '5.1.10', '5.1.2', '5.2.1'].every(isAddressGone)).toBe(true)
  expect(
    ['5.1.7', '5.1.8', '5.2.2', '5.3.4', '5.7.1', '4.1.1', '5.0.0', '2.1.5', ''].some(isAddressGone),
  ).toBe(false)
})
