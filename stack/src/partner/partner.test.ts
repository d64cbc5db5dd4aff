import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { System } from '@rounds/contracts/http'
import type { Partner } from '@rounds/messaging'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiClient } from '../tour/api-client.ts'
import { type PartnerWorld, partner } from './partner.ts'

describe('letting another system in', () => {
  let keysDir: string
  beforeAll(async () => {
    keysDir = await mkdtemp(join(tmpdir(), 'rounds-partner-'))
  })
  afterAll(() => rm(keysDir, { recursive: true, force: true }))

  it('tells the gateway and the broker its public key only, and keeps the seed where its owner alone reads it', async () => {
    const { world, told, come } = setUp()
    await partner(lis, world)

    const seed = await readFile(join(keysDir, 'lis.nk'), 'utf8')
    expect(seed).toMatch(/^SU[A-Z2-7]{56}$/)
    expect((await stat(join(keysDir, 'lis.nk'))).mode & 0o777).toBe(0o600)
    expect(JSON.stringify([told, come])).not.toContain(seed.trim())
    expect(come.at(-1)).toEqual([{ id: 'lis', natsKey: expect.stringMatching(/^U/), types: lis.types }])
  })

  it('shows an event that can be read in every language, each about an appointment of its own', async () => {
    const { world, said } = setUp()
    await partner(lis, world)

    const numbers = said.flatMap((text) =>
      Array.from(text.matchAll(/appointmentNumber\\?":\\?"([^"\\]+)/g), ([, one]) => one),
    )
    expect(new Set(numbers).size).toBe(5)
    const [, json = ''] = /-d '(.+)'/.exec(said.join('\n')) ?? []
    expect(JSON.parse(json)).toMatchObject({
      source: '/lis',
      type: 'appointment.checked',
      data: { minutes: 15 },
    })
  })

  it('shows one that a chat space hears of, so that whoever tries it sees a card', async () => {
    const { world, said } = setUp()
    await partner(lis, world)

    expect(said.join('\n')).toContain('"doctorNumber":"D-2"')
  })

  it('shows what belongs into the configuration of a broker that is elsewhere', async () => {
    const { world, said } = setUp({ broker: undefined })
    await partner(lis, world)

    expect(said.join('\n')).toContain('subject: "ext.lis.events.>"')
  })

  it('leaves who was shut out an account that nobody can enter', async () => {
    const { world, come } = setUp()
    await partner(lis, world)
    await partner({ act: 'revoke', systemId: 'lis' }, world)

    expect(come.at(-1)).toEqual([{ id: 'lis', natsKey: undefined, types: lis.types }])
    await expect(readFile(join(keysDir, 'lis.nk'))).rejects.toThrow('ENOENT')
  })

  it('does not come to the broker when the gateway refuses it', async () => {
    const { world, come } = setUp()
    await partner(lis, world)
    const before = come.length

    await expect(partner(lis, world)).rejects.toThrow('exists')
    expect(come).toHaveLength(before)
  })

  const lis = {
    act: 'add',
    systemId: 'lis',
    name: 'Laboratory',
    types: ['appointment.checked'],
    sources: ['/lis', '/lis/*'],
  } as const

  function setUp(setting: Partial<PartnerWorld> = {}) {
    const systems: System[] = []
    const told: unknown[] = []
    const come: (readonly Partner[])[] = []
    const said: string[] = []
    const known: Readonly<Record<string, readonly object[]>> = {
      '/v1/systems': systems,
      '/v1/patients': [{ patientId: 'p1', number: 'P-1' }],
      '/v1/doctors': [
        { doctorId: 'd1', number: 'D-1', departmentId: 'heart' },
        { doctorId: 'd2', number: 'D-2', departmentId: 'skin' },
      ],
      '/v1/chat/spaces': [{ active: true, rules: [{ news: ['appointment.checked'], departmentId: 'skin' }] }],
    }
    const get = async (path: string) => ({ items: known[path.split('?')[0] ?? ''] })
    const send = async (_method: string, path: string, body?: unknown) => {
      told.push(body)
      const one = systems.find(({ revokedAt }) => revokedAt === undefined)
      if (path.endsWith('/revoke')) return Object.assign(one ?? {}, { revokedAt: 'now' })
      if (one) throw new Error('it exists')
      systems.push({ ...(body as System), createdAt: 'now' })
      return { secret: 'rounds_system_secret' }
    }
    const world: PartnerWorld = {
      admin: { get, send } as unknown as ApiClient,
      url: 'http://localhost:8080',
      natsUrl: 'nats://127.0.0.1:4222',
      broker: {
        letCome: async (whoMay) => void come.push(await whoMay()),
        whenStored: async () => {},
      },
      keysDir,
      say: (text) => void said.push(text),
      ...setting,
    }
    return { world, told, come, said }
  }
})
