import { describe, expect, it } from 'vitest'
import { loadConfig } from './config.ts'

const key = Buffer.alloc(32, 7).toString('base64')
const needed = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'x',
  MONGO_URL: 'mongodb://127.0.0.1:27017/rounds',
  WEBHOOK_ENCRYPTION_KEYS: `k2:${key},k1:${Buffer.alloc(32, 8).toString('base64')}`,
  PUBLIC_URL: 'https://rounds.example.test',
}

describe('the configuration', () => {
  it('knows its keys, and posts nowhere but to Google Chat unless it is told of a sink', () => {
    const { keyring, sinkOrigin } = loadConfig(needed)
    expect([keyring.current, sinkOrigin]).toEqual(['k2', undefined])
    expect(loadConfig({ ...needed, CHAT_SINK_URL: 'http://127.0.0.1:8026/' }).sinkOrigin).toBe(
      'http://127.0.0.1:8026',
    )
  })

  it.each([
    ['keys that are none', { WEBHOOK_ENCRYPTION_KEYS: 'secret' }, /WEBHOOK_ENCRYPTION_KEYS: key 1/],
    [
      'a short key',
      { WEBHOOK_ENCRYPTION_KEYS: 'k1:c2hvcnQ=' },
      /WEBHOOK_ENCRYPTION_KEYS: the key k1 has 5 bytes/,
    ],
    ['a sink on the internet', { CHAT_SINK_URL: 'https://example.test' }, /CHAT_SINK_URL/],
    ['a sink inside', { CHAT_SINK_URL: 'http://169.254.169.254' }, /CHAT_SINK_URL/],
    ['no page', { PUBLIC_URL: '' }, /PUBLIC_URL/],
  ])('refuses %s by name', (_, wrong, message) => {
    expect(() => loadConfig({ ...needed, ...wrong })).toThrow(message)
  })

  it('names no byte of a key in its complaint', () => {
    expect(() => loadConfig({ ...needed, WEBHOOK_ENCRYPTION_KEYS: `k1:${key},k1:${key}` })).toThrow(
      new RegExp(`^(?!.*${key.slice(0, 8)}).*$`),
    )
  })
})
