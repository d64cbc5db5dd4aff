import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spacesHearing } from '@rounds/chat'
import type { IntakeType } from '@rounds/contracts'
import type { Doctor, Space, System } from '@rounds/contracts/http'
import { newPartnerKey, type Partner, partnersConfig } from '@rounds/messaging'
import type { ApiClient } from '../tour/api-client.ts'
import type { LocalBroker } from './broker.ts'
import { examples, type Sample } from './examples.ts'
import type { Wish } from './options.ts'

export interface PartnerWorld {
  readonly admin: ApiClient
  readonly url: string
  readonly natsUrl: string
  /** Absent where the broker is not ours to tell: then what to tell it is shown. */
  readonly broker: LocalBroker | undefined
  /** Where the seeds of new keys are put. */
  readonly keysDir: string
  readonly say: (text: string) => void
}

/** Lets a system in, shuts one out, or tells who may come. */
export async function partner(wish: Exclude<Wish, { act: 'help' }>, world: PartnerWorld): Promise<void> {
  const { admin, url, natsUrl, broker, keysDir, say } = world
  if (wish.act === 'list') return list()
  if (wish.act === 'revoke') return revoke(wish.systemId)
  return add(wish)

  async function add({ systemId, name, types, sources }: Extract<Wish, { act: 'add' }>): Promise<void> {
    const { publicKey, seed } = newPartnerKey()
    const { secret } = await admin.send<{ secret: string }>('POST', '/v1/systems', {
      systemId,
      name,
      types,
      sources,
      natsKey: publicKey,
    })
    await mkdir(keysDir, { recursive: true, mode: 0o700 })
    const seedFile = join(keysDir, `${systemId}.nk`)
    // Without an end of line: older nats-py takes it for a part of the seed.
    await writeFile(seedFile, seed, { mode: 0o600 })
    await tellBroker()
    await broker?.whenStored(systemId)

    const source = sources.find((one) => !one.endsWith('*')) ?? `/${systemId}`
    const type = types.find((one) => one === 'appointment.checked') ?? types[0] ?? 'appointment.checked'
    const shown = examples({
      systemId,
      secret,
      seedFile,
      url,
      natsUrl,
      source,
      sample: await sample(type),
    })
    say(`${systemId} may come, and say ${types.join(', ')} as ${sources.join(', ')}.

  HTTP   ${url}/v1/events, with the token   ${secret}
  NATS   ${natsUrl}, with the key in        ${seedFile}

The token is shown this once. What an event may say: ${url}/asyncapi.json and ${url}/docs.`)
    for (const [title, text] of Object.entries(shown))
      say(`\n── ${titles[title as keyof typeof titles]}\n\n${text}`)
  }

  async function revoke(systemId: string): Promise<void> {
    await admin.send('POST', `/v1/systems/${systemId}/revoke`)
    await tellBroker()
    await rm(join(keysDir, `${systemId}.nk`), { force: true })
    say(`${systemId} is shut out${broker ? ', and the broker has cut it off' : ' of the HTTP door'}.`)
  }

  async function list(): Promise<void> {
    const { items } = await admin.get<{ items: System[] }>('/v1/systems')
    if (items.length === 0) return say('No other system may come.')
    for (const { systemId, name, types, natsKey, revokedAt } of items) {
      const doors = natsKey === undefined ? 'HTTP' : 'HTTP, NATS'
      const how = revokedAt === undefined ? `${doors}: ${types.join(', ')}` : `shut out ${revokedAt}`
      say(`${systemId.padEnd(12)} ${name.padEnd(24)} ${how}`)
    }
  }

  async function whoMay(): Promise<readonly Partner[]> {
    const { items } = await admin.get<{ items: System[] }>('/v1/systems')
    return items
      .filter(({ natsKey }) => natsKey !== undefined)
      .map(
        ({ systemId, natsKey, types, revokedAt }): Partner => ({
          id: systemId,
          natsKey: revokedAt === undefined ? natsKey : undefined,
          types,
        }),
      )
  }

  async function tellBroker(): Promise<void> {
    if (broker) return broker.letCome(whoMay)
    say(`The broker is not on this machine. Put this into the partners.conf beside its nats.conf, on every server, and have
each read it again, twice, since a new account's imports work from the second time on (nats-server --signal reload, or
docker compose kill -s HUP nats). It holds no secret:

${partnersConfig(await whoMay())}`)
  }

  /** An appointment of the first patient, this quarter of an hour, with a doctor of whom a chat space hears where there is one. */
  async function sample(type: IntakeType): Promise<Sample> {
    const [patients, doctors, spaces] = await Promise.all([
      admin.get<{ items: { number: string; patientId: string }[] }>('/v1/patients?limit=1'),
      admin.get<{ items: Doctor[] }>('/v1/doctors?limit=200'),
      admin.get<{ items: Space[] }>('/v1/chat/spaces'),
    ])
    const patientId = patients.items[0]?.patientId ?? ''
    const isHeardOf = ({ doctorId, departmentId }: Doctor) =>
      spacesHearing(spaces.items, { news: type, patientId, doctorId, departmentId }).length > 0
    const doctor = doctors.items.find(isHeardOf) ?? doctors.items[0]
    const now = new Date().toISOString()
    return {
      type,
      patientNumber: patients.items[0]?.number ?? 'P-1',
      doctorNumber: doctor?.number ?? 'D-1',
      startsAt: now,
      time: now,
    }
  }
}

const titles = {
  curl: 'curl',
  nats: 'The nats command',
  python: 'Python',
  java: 'Java',
  typescript: 'TypeScript',
}
