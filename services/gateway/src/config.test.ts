import { describe, expect, it } from 'vitest'
import { loadConfig } from './config.ts'

const enough = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'secret',
  MONGO_URL: 'mongodb://gateway:secret@127.0.0.1/rounds?replicaSet=rs0',
  ARTIFACTS_DIR: '/var/lib/rounds',
  LINK_SIGNING_KEY: 'x'.repeat(32),
  WEBHOOK_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
  AUDIT_SIGNING_KEY: 'x'.repeat(32),
}

describe('the gateway’s configuration', () => {
  it('is complete with seven variables', () => {
    expect(loadConfig(enough)).toMatchObject({ HTTP_PORT: 8080, DEMO: false, HOSPITAL_ZONE: 'Asia/Kolkata' })
  })

  it('lists everything that is missing or wrong at once, and no value', () => {
    const faulty = { NATS_URL: 'no address', HTTP_PORT: 'eighty', DEMO: 'perhaps' }
    for (const name of ['NATS_URL', 'NATS_PASSWORD', 'MONGO_URL', 'ARTIFACTS_DIR', 'HTTP_PORT', 'DEMO']) {
      expect(() => loadConfig(faulty)).toThrow(name)
    }
    expect(() => loadConfig(faulty)).not.toThrow('eighty')
  })

  it('refuses canaries so rare that silence would be seen after more than a minute', () => {
    expect(loadConfig(enough)).toMatchObject({ CANARY_INTERVAL_SECONDS: 30 })
    expect(() => loadConfig({ ...enough, CANARY_INTERVAL_SECONDS: '51' })).toThrow('CANARY_INTERVAL_SECONDS')
  })

  it.each([
    ['one that is too short', 'k1:AAAA'],
    ['one without a name', Buffer.alloc(32).toString('base64')],
  ])('refuses keys for webhooks, %s, and repeats nothing of them', (_, WEBHOOK_ENCRYPTION_KEYS) => {
    expect(() => loadConfig({ ...enough, WEBHOOK_ENCRYPTION_KEYS })).toThrow('WEBHOOK_ENCRYPTION_KEYS')
    expect(() => loadConfig({ ...enough, WEBHOOK_ENCRYPTION_KEYS })).not.toThrow('AAAA')
  })

  it.each(['https://chat.example.test', 'http://10.0.0.1:8090', 'http://127.0.0.1:8090/path'])(
    'refuses %s for a sink',
    (CHAT_SINK_URL) => {
      expect(() => loadConfig({ ...enough, CHAT_SINK_URL })).toThrow('CHAT_SINK_URL')
    },
  )

  it('names the proxies whose word it takes, and refuses to trust just anybody', () => {
    expect(loadConfig({ ...enough, TRUST_PROXY: '10.0.0.5, 172.16.0.0/12' }).trustedProxies).toHaveLength(2)
    expect(loadConfig(enough).trustedProxies).toBe(false)
    expect(() => loadConfig({ ...enough, TRUST_PROXY: 'true' })).toThrow(/TRUST_PROXY must name proxies/)
  })

  it('refuses a zone that does not exist', () => {
    expect(() => loadConfig({ ...enough, HOSPITAL_ZONE: 'Asia/Atlantis' })).toThrow('HOSPITAL_ZONE')
  })

  it.each([
    'http://rounds.example.test',
    'http://192.168.1.10:8080',
    'http://localhost.example.test',
    'ftp://localhost',
  ])('refuses %s, and says how to put TLS before it', (PUBLIC_URL) => {
    expect(() => loadConfig({ ...enough, PUBLIC_URL })).toThrow(/put TLS before the gateway/)
  })

  it.each([
    'https://rounds.example.test',
    'http://localhost:8080',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
  ])('takes %s', (PUBLIC_URL) => {
    expect(loadConfig({ ...enough, PUBLIC_URL }).PUBLIC_URL).toBe(PUBLIC_URL)
  })
})
