import { describe, expect, it } from 'vitest'
import { asyncApiDocument } from './asyncapi.ts'
import { hospitalEvents } from './events.ts'
import { intakeEvents } from './intake-events.ts'
import { sampleOf } from './sample.ts'

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument({
    url: 'https://rounds.example.test',
    natsUrls: ['tls://one.example.test:4222', 'tls://two.example.test'],
  })
  const channels = Object.values(
    document.channels as Record<string, { address: string; servers: object[]; messages: object }>,
  )

  it('has a channel for everything that may be said or is said', () => {
    expect(channels).toHaveLength(2 * intakeEvents.length + hospitalEvents.length + 2)
    expect(channels.map(({ address }) => address)).toContain('events.appointment.checked')
    expect(channels.map(({ address }) => address)).toContain('hospital.appointment.checked')
    expect(channels.map(({ address }) => address)).toContain('hospital.tick.{scheduleId}')
  })

  it('names the servers that there are, for every channel of the broker', () => {
    expect(document.servers).toMatchObject({
      nats: { host: 'one.example.test:4222', protocol: 'nats+tls' },
      'nats-2': { host: 'two.example.test', protocol: 'nats+tls' },
      http: { host: 'rounds.example.test', protocol: 'https' },
    })
    expect(JSON.stringify(document)).not.toContain('localhost')
    for (const { servers } of channels)
      expect(servers).toEqual(
        expect.arrayContaining([{ $ref: '#/servers/nats' }, { $ref: '#/servers/nats-2' }]),
      )
  })

  it('refers only to what is in it', () => {
    const references = Array.from(
      JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g),
      ([, path]) => path,
    )
    expect(references.length).toBeGreaterThan(100)
    for (const path of references) {
      const found = String(path)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document)
      expect([path, found]).toEqual([path, expect.anything()])
    }
  })
})

describe('the sample of each event', () => {
  it.each([...hospitalEvents, ...intakeEvents].map((contract) => [contract.type, contract] as const))(
    '%s is one that its contract takes',
    (_type, contract) => {
      expect(contract.faults(sampleOf(contract.data))).toEqual([])
    },
  )
})
