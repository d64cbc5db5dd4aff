import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect, headers, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node'
import type { Appointment, Rejection } from '@rounds/contracts/http'
import { type ApiClient, demoClient, startStack, type TestStack } from '@rounds/stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appointmentSaidElsewhere, appointmentsOfSystem } from './mongo-said-elsewhere.ts'
import { until } from './until.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('../../stack/src/partner/main.ts', import.meta.url))
const installed = fileURLToPath(new URL('../../node_modules', import.meta.url))

let stack: TestStack
let admin: ApiClient
let people: { patientNumber: string; doctorNumber: string }
let lis: Awaited<ReturnType<typeof letIn>>

beforeAll(async () => {
  stack = await startStack({ appointments: 200 })
  admin = await demoClient(stack.url, 'admin')
  type List = { items: { number: string }[] }
  const patients = await admin.get<List>('/v1/patients?limit=1')
  const doctors = await admin.get<List>('/v1/doctors?limit=1')
  people = { patientNumber: patients.items[0]?.number ?? '', doctorNumber: doctors.items[0]?.number ?? '' }
  lis = await letIn('lis')
})
afterAll(() => stack?.stop())

describe('a laboratory system with only what `npm run partner -- add lis` printed', () => {
  it('is shown how to say something in five ways', () => {
    expect(Object.keys(lis.shown)).toEqual(['curl', 'The nats command', 'Python', 'Java', 'TypeScript'])
    // These need programs that not every machine has.
    expect(lis.shown['The nats command']).toContain('nats --server')
    expect(lis.shown.Python).toContain('import asyncio, nats')
    expect(lis.shown.Java).toContain('public class Say')
  })

  it('says by curl, or by a program that speaks NATS, what it was shown: the same card is in the chat space', async () => {
    const { stdout } = await run('sh', ['-c', lis.shown.curl ?? ''])

    const [result] = JSON.parse(stdout).results
    expect(result).toMatchObject({ result: 'accepted' })
    const seen = await admin.get<Appointment>(`/v1/appointments/${result.appointmentId}`)
    expect(seen).toMatchObject({ status: 'checked', patient: { number: people.patientNumber } })
    const byCurl = await cardAbout(result.appointmentId)
    expect(byCurl.text).toContain(seen.doctor.name)

    const program = lis.shown.TypeScript ?? ''
    expect((await runAsTypeScript(program)).stdout).toMatch(/^stored: INTAKE_lis \d+\n$/)

    const [number = ''] = /A-typescript-\w+/.exec(program) ?? []
    const { appointmentId } = await appointmentOf(number)
    expect(appointmentId).not.toBe(result.appointmentId)
    expect(await cardAbout(appointmentId)).toEqual(byCurl)
  })

  it('says by NATS that an appointment was checked, acknowledged by the broker, and the appointment is there', async () => {
    const nats = await lis.connected()
    const number = 'N-1'

    const acknowledged = await publish(nats, 'appointment.checked', dataOf(number), { id: 'n-1' })

    expect(acknowledged).toMatchObject({ stream: 'INTAKE_lis' })
    expect(await appointmentOf(number)).toMatchObject({ status: 'checked' })
    await nats.close()
  })

  it('is told what was not taken, and why', async () => {
    const nats = await lis.connected()
    const answers: { id?: string; code: string }[] = []
    nats.subscribe('answers.rejected', { callback: (_, message) => void answers.push(message.json()) })
    await nats.flush()
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString()

    await publish(nats, 'appointment.checked', dataOf('N-2'), { id: 'ahead', time: tomorrow })
    await publish(nats, 'appointment.checked', dataOf('N-2'), { id: 'source', source: '/pacs' })
    await publish(nats, 'appointment.checked', dataOf('N-2'), { id: 'untimed', time: '' })
    await publish(nats, 'appointment.checked', dataOf('N-2'), {
      id: 'encoded',
      raw: { 'ce-source': '/lis%zz' },
    })
    await publish(nats, 'appointment.checked', dataOf('N-2'), {
      id: 'v2',
      raw: { 'ce-dataschema': 'urn:rounds:schema:intake.appointment.checked:v2' },
    })
    await publish(
      nats,
      'appointment.checked',
      { ...dataOf('N-2'), patientNumber: 'P-nobody' },
      { id: 'patient' },
    )
    await nats.request('events.appointment.checked', Buffer.from([0xff, 0xfe]))
    await nats.request('events.appointment.checked', '')

    const told = await until(
      'eight answers',
      async () => answers.map(({ id, code }) => `${id} ${code}`).toSorted(),
      (seen) => seen.length === 8,
    )
    expect(told).toEqual([
      'ahead TIME_AHEAD',
      'encoded NOT_AN_EVENT',
      'patient UNKNOWN_PATIENT',
      'source SOURCE_NOT_YOURS',
      'undefined NOT_AN_EVENT',
      'undefined NOT_AN_EVENT',
      'untimed NOT_AN_EVENT',
      'v2 OTHER_SCHEMA',
    ])
    const { items } = await admin.get<{ items: Rejection[] }>('/v1/rejections?system=lis')
    expect(items.filter(({ door }) => door === 'nats')).toHaveLength(8)
    await nats.close()
  })

  it('is answered on NATS what was taken, as a reply or beside it, and asks for it later', async () => {
    const nats = await lis.connected()
    const answers: string[] = []
    nats.subscribe('answers.>', {
      callback: (_, message) => void answers.push(`${message.subject} ${message.json<{ id: string }>().id}`),
    })
    const event = {
      specversion: '1.0',
      id: 'asked',
      source: '/lis',
      type: 'appointment.checked',
      time: new Date().toISOString(),
      subject: null,
      data_base64: Buffer.from(JSON.stringify(dataOf('N-6'))).toString('base64'),
    }
    const body = JSON.stringify(event)

    const asked = await nats.request('requests.appointment.checked', body, { timeout: 20_000 })
    await nats.request('events.appointment.checked', body, { timeout: 20_000 })
    await nats.request('events.appointment.checked', JSON.stringify({ ...event, id: 'published' }), {
      timeout: 20_000,
    })

    const result = asked.json<{ appointmentId: string }>()
    expect(result).toMatchObject({ id: 'asked', result: 'accepted' })
    await until(
      'both answers',
      async () => answers.toSorted(),
      (seen) => seen.length === 2,
    )
    expect(answers.toSorted()).toEqual(['answers.accepted published', 'answers.duplicate asked'])
    const later = await fetch(`${stack.url}/v1/events/published`, {
      headers: { authorization: `Bearer ${lis.token}` },
    })
    expect(await later.json()).toMatchObject({ door: 'nats', result: 'accepted', ...result, id: 'published' })
    await nats.close()
  })

  it('is heard once when it says the same 10,000 times, and what comes behind it is heard, too', async () => {
    const nats = await lis.connected()
    const same = () => publish(nats, 'appointment.booked', dataOf('N-3'), { id: 'again and again' })
    for (let sent = 0; sent < 10_000; sent += 500) await Promise.all(Array.from({ length: 500 }, same))
    await publish(nats, 'appointment.checked', { ...dataOf('N-4'), version: 1 }, { id: 'behind' })

    expect(await appointmentOf('N-4')).toMatchObject({ status: 'checked' })
    expect(await appointmentOf('N-3')).toMatchObject({ status: 'booked', version: 1 })
    await nats.close()
  })

  it('publishes nothing else, and nothing on the subjects of others', async () => {
    for (const subject of [
      'events.report.requested',
      'hospital.appointment.checked',
      'ext.pacs.events.appointment.checked',
      'answers.rejected',
    ]) {
      const nats = await lis.connected()
      await expect(nats.request(subject, '{}', { timeout: 2_000 })).rejects.toThrow(/permissions violation/i)
      await nats.close()
    }
  })

  it('is heard again after the broker lost everything', async () => {
    await stack.nats.wipe()
    const nats = await until(
      'a stream for what it says',
      async () => {
        const again = await lis.connected()
        const stored = await publish(again, 'appointment.missed', dataOf('N-5'), { id: 'after' }).catch(
          () => undefined,
        )
        if (!stored) await again.close()
        return stored && again
      },
      (there) => there !== undefined,
    )

    expect(await appointmentOf('N-5')).toMatchObject({ status: 'missed' })
    await nats?.close()
  })

  it('is cut off with `partner -- revoke lis`, by both doors, while others go on', async () => {
    // Two at once: neither takes the other's place at the broker.
    const [pacs, mri] = await Promise.all([letIn('pacs'), letIn('mri')])
    await (await mri.connected()).close()
    const nats = await lis.connected()
    const closed = nats.closed()

    await partner('revoke', 'lis')

    await closed
    await expect(lis.connected()).rejects.toThrow()
    const answer = await fetch(`${stack.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lis.token}`, 'content-type': 'application/cloudevents+json' },
      body: '{}',
    })
    expect(answer.status).toBe(401)
    const other = await pacs.connected()
    expect(
      await publish(other, 'appointment.booked', dataOf('X-1'), { id: 'x', source: '/pacs' }),
    ).toMatchObject({
      stream: 'INTAKE_pacs',
    })
    await other.close()
    expect((await partner('list')).stdout).toMatch(/lis .*shut out[\s\S]*pacs .*HTTP, NATS/)
  })

  it('stopped no service with anything of this', () => {
    for (const service of Object.keys(stack.services) as (keyof typeof stack.services)[])
      expect([service, stack.restarts(service)]).toEqual([service, 0])
  })

  it('loses nothing that the broker acknowledged when the gateway dies over it', async () => {
    const ris = await letIn('ris')
    const nats = await ris.connected()
    const numbers = Array.from({ length: 400 }, (_, index) => `K-${index}`)
    const says = (number: string) =>
      publish(nats, 'appointment.booked', dataOf(number), { id: number, source: '/ris' })
    await Promise.all(numbers.slice(0, 200).map(says))
    stack.kill('gateway')
    await Promise.all(numbers.slice(200).map(says))

    const made = await until(
      'all 400 appointments',
      () => appointmentsOf('ris'),
      (seen) => seen.length >= numbers.length,
    )

    expect(made.toSorted()).toEqual(numbers.map((number) => `${number} booked 1`).toSorted())
    await nats.close()
  })
})

function partner(...args: string[]) {
  const ports = Object.fromEntries(Object.entries(stack.ports).map(([name, port]) => [name, `${port}`]))
  return run(process.execPath, [program, ...args], {
    env: { ...process.env, ...ports, DATA_DIR: stack.dataDir },
  })
}

async function letIn(system: string) {
  const { stdout: printed } = await partner('add', system)
  const [token = ''] = /rounds_system_\S+/.exec(printed) ?? []
  const [, seedFile = ''] = /with the key in\s+(\S+)/.exec(printed) ?? []
  const seed = new TextEncoder().encode((await readFile(seedFile, 'utf8')).trim())
  const shown = printed
    .split(/^── /m)
    .slice(1)
    .map((part) => part.split(/\n\n([\s\S]+)/, 2))
  return {
    /** The texts by which it is shown how, as they would be copied. */
    shown: Object.fromEntries(shown.map(([way, text = '']) => [way ?? '', text.trimEnd()])),
    token,
    connected: () =>
      connect({ servers: stack.nats.url, authenticator: nkeyAuthenticator(seed), reconnect: false }),
  }
}

const dataOf = (appointmentNumber: string) => ({
  appointmentNumber,
  ...people,
  startsAt: new Date().toISOString(),
  minutes: 15,
})

interface Said {
  readonly id: string
  readonly source?: string
  readonly time?: string
  readonly raw?: Readonly<Record<string, string>>
}

async function publish(nats: NatsConnection, type: string, data: object, said: Said): Promise<object> {
  const { id, source = '/lis', time = new Date().toISOString(), raw = {} } = said
  const attributes = headers()
  const all = {
    'ce-specversion': '1.0',
    'ce-id': id.replaceAll(' ', '%20'),
    'ce-source': source,
    'ce-type': type,
    ...(time === '' ? {} : { 'ce-time': time }),
    ...raw,
  }
  for (const [name, value] of Object.entries(all)) attributes.set(name, value)
  const answer = await nats.request(`events.${type}`, JSON.stringify(data), {
    headers: attributes,
    timeout: 20_000,
  })
  return answer.json()
}

/** In a directory of its own, where what it asks to be installed is. */
async function runAsTypeScript(text: string) {
  const home = await mkdtemp(join(tmpdir(), 'rounds-said-'))
  try {
    await symlink(installed, join(home, 'node_modules'))
    await writeFile(join(home, 'say.mts'), text)
    return await run(process.execPath, [join(home, 'say.mts')])
  } finally {
    await rm(home, { recursive: true })
  }
}

interface Shown {
  readonly text: string
  readonly cardsV2: readonly object[]
  readonly thread: { readonly threadKey?: string }
}

/** What the doctor's space shows of an appointment, once it does; but for its identifier, as it is of any. */
async function cardAbout(appointmentId: string): Promise<Pick<Shown, 'text' | 'cardsV2'>> {
  const shown = await until(
    `a card about ${appointmentId}`,
    async () => {
      const answer = await fetch(`${stack.chatSink.url}/api/messages?space=demo-doctor`)
      const { items } = (await answer.json()) as { items: Shown[] }
      return items.find(({ thread }) => thread.threadKey === appointmentId)
    },
    (seen) => seen !== undefined,
  )
  const { text, cardsV2 } = shown ?? {}
  return JSON.parse(JSON.stringify({ text, cardsV2 }).replaceAll(appointmentId, 'it'))
}

/** The appointment that a system calls so, once Rounds has it. */
async function appointmentOf(number: string): Promise<{ readonly appointmentId: string }> {
  const found = await until(
    `appointment ${number}`,
    () => appointmentSaidElsewhere(stack.mongo.url, number),
    (seen) => seen !== null,
  )
  return { ...found, appointmentId: String(found?._id) }
}

const appointmentsOf = (system: string) => appointmentsOfSystem(stack.mongo.url, system)
