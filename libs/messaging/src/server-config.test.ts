import { readFile } from 'node:fs/promises'
import { busMembers, hospitalEvents } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { natsServerConfig, passwordVariable } from './server-config.ts'

describe('the NATS configuration', () => {
  it('is shipped as it is made from the topology (npm run generate)', async () => {
    const shipped = await readFile(new URL('../../../deploy/nats/nats.conf', import.meta.url), 'utf8')

    expect(shipped).toBe(natsServerConfig())
  })

  it('gives every service a user, with a password from the environment only', () => {
    for (const { service } of Object.values(busMembers)) {
      expect(natsServerConfig()).toContain(
        `user: ${service}\n        password: $${passwordVariable(service)}\n`,
      )
    }
    expect(passwordVariable('chat-notifier')).toBe('NATS_CHAT_NOTIFIER_PASSWORD')
  })

  it('lets nobody do everything', () => {
    const subjects = Array.from(natsServerConfig().matchAll(/"(.*)"/g), ([, subject]) => subject)

    expect(subjects).not.toContain('>')
    expect(subjects).not.toContain('$JS.API.>')
    expect(subjects).not.toContain('hospital.>')
    expect(subjects.length).toBeGreaterThan(hospitalEvents.length)
  })
})
