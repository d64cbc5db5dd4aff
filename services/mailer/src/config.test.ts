import { describe, expect, it } from 'vitest'
import { loadConfig } from './config.ts'

const needed = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'x',
  MONGO_URL: 'mongodb://127.0.0.1:27017/rounds',
  SMTP_URL: 'smtp://relay.example.test',
  MAIL_FROM: 'Rounds Hospital <care@hospital.example.test>',
  LINK_SIGNING_KEY: 'x'.repeat(32),
  PUBLIC_URL: 'https://rounds.example.test',
}

describe('the configuration', () => {
  it('knows who mails come from, and speaks in the clear to nobody', () => {
    const { sender, SMTP_TLS, dkim } = loadConfig(needed)
    expect(sender).toEqual({
      name: 'Rounds Hospital',
      address: 'care@hospital.example.test',
      domain: 'hospital.example.test',
    })
    expect([SMTP_TLS, dkim]).toEqual(['required', undefined])
  })

  it.each([
    ['a sender that is two', { MAIL_FROM: 'a@example.test, b@example.test' }, /MAIL_FROM/],
    ['a sender with a line break', { MAIL_FROM: 'A\r\nBcc: x <a@example.test>' }, /MAIL_FROM/],
    ['rates that say nothing', { SMTP_DOMAIN_RATE_LIMITS: 'example.test' }, /SMTP_DOMAIN_RATE_LIMITS/],
    ['half a signature', { DKIM_DOMAIN: 'example.test' }, /DKIM_/],
    ['a short secret', { LINK_SIGNING_KEY: 'short' }, /LINK_SIGNING_KEY/],
    ['a relay that is none', { SMTP_URL: 'https://relay.example.test' }, /SMTP_URL/],
    ['an hour that is none', { QUIET_FROM: '24:00' }, /QUIET_FROM/],
  ])('refuses %s by name', (_, wrong, message) => {
    expect(() => loadConfig({ ...needed, ...wrong })).toThrow(message)
  })
})
