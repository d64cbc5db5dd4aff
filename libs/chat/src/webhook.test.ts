import { describe, expect, it } from 'vitest'
import { parseWebhook, readSinkOrigin } from './webhook.ts'

const good = 'https://chat.googleapis.com/v1/spaces/AAAA_b-1/messages?key=k&token=t%3D'
const sink = 'http://127.0.0.1:8026'

describe('a webhook', () => {
  it('is an address of Google Chat with a space, a key and a token', () => {
    expect(parseWebhook(`  ${good}\n`)).toEqual({
      kind: 'webhook',
      webhook: { url: good, googleSpace: 'AAAA_b-1' },
    })
    expect(parseWebhook(good.replace('https', 'HTTPS'))).toMatchObject({ webhook: { url: good } })
  })

  it.each([
    ['', 'NOT_A_URL'],
    ['chat.googleapis.com/v1/spaces/A/messages?key=k&token=t', 'NOT_A_URL'],
    ['javascript:alert(1)', 'NOT_A_URL'],
    ['file:///etc/passwd', 'NOT_A_URL'],
    ['https://chat.googleapis.com\\@example.test/v1/spaces/A/messages?key=k&token=t', 'NOT_A_URL'],
    ['https://chat.goo\ngleapis.com/v1/spaces/A/messages?key=k&token=t', 'NOT_A_URL'],
    [`${good}&x=${'x'.repeat(2_000)}`, 'NOT_A_URL'],
    [good.replace('https', 'http'), 'NOT_HTTPS'],
    ['http://127.0.0.1/v1/spaces/A/messages?key=k&token=t', 'NOT_GOOGLE_CHAT'],
    ['https://169.254.169.254/v1/spaces/A/messages?key=k&token=t', 'NOT_GOOGLE_CHAT'],
    ['https://[::ffff:10.0.0.1]/v1/spaces/A/messages?key=k&token=t', 'NOT_GOOGLE_CHAT'],
    ['https://2130706433/v1/spaces/A/messages?key=k&token=t', 'NOT_GOOGLE_CHAT'],
    ['https://chat.googleapis.com.example.test/v1/spaces/A/messages?key=k&token=t', 'NOT_GOOGLE_CHAT'],
    ['https://chat.googleapis.com./v1/spaces/A/messages?key=k&token=t', 'NOT_GOOGLE_CHAT'],
    ['https://chat.googleapis.com:8443/v1/spaces/A/messages?key=k&token=t', 'NOT_GOOGLE_CHAT'],
    ['https://chat.googleapis.com@example.test/v1/spaces/A/messages?key=k&token=t', 'NOT_GOOGLE_CHAT'],
    ['https://chаt.googleapis.com/v1/spaces/A/messages?key=k&token=t', 'NOT_A_URL'],
    ['https://chat.googleapis.com/v1/spaces/A/../B/x?key=k&token=t', 'NOT_A_SPACE'],
    ['https://chat.googleapis.com/v1/spaces/A%2FB/messages?key=k&token=t', 'NOT_A_SPACE'],
    ['https://chat.googleapis.com/v1/spaces/A/messages/?key=k&token=t', 'NOT_A_SPACE'],
    ['https://chat.googleapis.com/v2/spaces/A/messages?key=k&token=t', 'NOT_A_SPACE'],
    ['https://chat.googleapis.com/v1/spaces/A/messages?token=t', 'KEY_MISSING'],
    ['https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=', 'TOKEN_MISSING'],
    [`${good}&threadKey=x`, 'TOO_MUCH'],
    [`${good}&token=second`, 'TOO_MUCH'],
    [`${good}#x`, 'TOO_MUCH'],
    [good.replace('https://', 'https://me:secret@'), 'TOO_MUCH'],
    [`${sink}/v1/spaces/A/messages?key=k&token=t`, 'NOT_GOOGLE_CHAT'],
  ])('is not %j', (text, fault) => {
    expect(parseWebhook(text)).toEqual({ kind: 'refused', fault })
  })

  it('may be one of the sink of development, at exactly its origin', () => {
    const at = (origin: string) => parseWebhook(`${origin}/v1/spaces/A/messages?key=k&token=t`, sink).kind
    expect(at(sink)).toBe('webhook')
    expect(at('http://127.0.0.1:8027')).toBe('refused')
    expect(at('https://127.0.0.1:8026')).toBe('refused')
    expect(at('http://localhost:8026')).toBe('refused')
    expect(parseWebhook(good, sink).kind).toBe('webhook')
  })
})

describe('the sink of development', () => {
  it.each([
    ['http://127.0.0.1:8026', 'http://127.0.0.1:8026'],
    ['http://localhost:8026/', 'http://localhost:8026'],
    ['http://chat-sink:8026', 'http://chat-sink:8026'],
    ['http://[::1]:1', 'http://[::1]:1'],
  ])('is %s', (text, origin) => expect(readSinkOrigin(text)).toBe(origin))

  it.each([
    '',
    'https://127.0.0.1:8026',
    'http://example.test',
    'http://10.0.0.1',
    'http://169.254.169.254',
    'http://127.0.0.1:1/x',
    'http://a@127.0.0.1',
    'http://2130706434',
  ])('is not %j', (text) => expect(readSinkOrigin(text)).toBeUndefined())
})
