import { randomUUIDv7 } from 'node:crypto'
import {
  busMembers,
  type EventContract,
  encodeEvent,
  type HospitalEvent,
  sourceOf,
  subjectOf,
} from '@rounds/contracts'
import type { Chance } from '@rounds/stack'
import { hostileText, hostileValue } from './hostile.ts'
import { type JsonSchema, nearlyValidValue, validValue } from './schema-values.ts'

/** One message for a consumer, and whether it is an event at all: by how it was made, not by what reads it. */
export interface EventCase {
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** `any`: spoilt at random, so either is right as long as it is counted once. */
  readonly must: 'be handled' | 'be buried' | 'any'
}

type Make = (event: HospitalEvent, chance: Chance) => EventCase

/** An event of this kind for this consumer: right, nearly right, or an enemy's. */
export function eventCase(contract: EventContract, known: Known, chance: Chance): EventCase {
  const event = validEvent(contract, known, chance)
  const kind = chance.below(10)
  if (kind < 3) return handled(event)
  if (kind < 5) return nearly(event, contract, known, chance)
  return chance.pick(hostile)(event, chance)
}

/** What is repeated: the same identifier again and again, and reports that exist. */
export interface Known {
  readonly reportIds: readonly string[]
}

/** Always the same event, under the same identifier. */
export const sameEvent = (contract: EventContract, known: Known, chance: Chance): EventCase => {
  const event = validEvent(contract, known, chance)
  return handled({ ...event, id: 'the-same-every-time' })
}

function validEvent(contract: EventContract, { reportIds }: Known, chance: Chance): HospitalEvent {
  const meant = {
    reportId: reportIds,
    report: ['appointments'],
    parameters: [{ from: '2026-01-01', to: '2026-01-01' }],
    columns: [['startsAt']],
    role: ['admin'],
    requestedBy: ['demo-admin'],
    file: ['nothing-there.csv'],
  }
  const data = validValue(contract.data as unknown as JsonSchema, '', meant, chance) as Record<
    string,
    unknown
  >
  return {
    id: randomUUIDv7(),
    source: publisherOf(contract),
    type: contract.type,
    subject: String(data[contract.about]),
    time: new Date().toISOString(),
    correlationid: randomUUIDv7(),
    data,
  }
}

const publisherOf = (contract: EventContract) => {
  const member = Object.values(busMembers).find(({ says }) => says.includes(contract))
  return sourceOf(member?.service ?? 'gateway')
}

const wire = (event: HospitalEvent, must: EventCase['must']): EventCase => ({
  subject: subjectOf(event.type),
  ...encodeEvent(event),
  must,
})
const handled = (event: HospitalEvent) => wire(event, 'be handled')

function nearly(
  event: HospitalEvent,
  contract: EventContract,
  { reportIds }: Known,
  chance: Chance,
): EventCase {
  const data = nearlyValidValue(contract.data as unknown as JsonSchema, '', { reportId: reportIds }, chance)
  return wire({ ...event, data }, 'any')
}

const withHeader = (
  event: HospitalEvent,
  name: string,
  value: string,
  must: EventCase['must'],
): EventCase => {
  const made = wire(event, must)
  return { ...made, headers: { ...made.headers, [name]: value } }
}
const without = (event: HospitalEvent, name: string): EventCase => {
  const { [name]: _dropped, ...headers } = wire(event, 'any').headers
  return { ...wire(event, 'be buried'), headers }
}
const withBody = (event: HospitalEvent, body: string | Uint8Array): EventCase => ({
  ...wire(event, 'be buried'),
  body: typeof body === 'string' ? Buffer.from(body) : body,
})

const hostile: readonly Make[] = [
  (event) => wire({ ...event, source: 'https://evil.example.test/' }, 'be buried'),
  (event) => wire({ ...event, source: '/rounds/chat-notifier' }, 'be buried'),
  (event) => handled({ ...event, time: new Date(Date.now() + 86_400_000).toISOString() }),
  (event) => handled({ ...event, time: '1970-01-01T00:00:00Z' }),
  (event) => withHeader(event, 'ce-extension', 'unknown', 'be handled'),
  (event) => withHeader(event, 'ce-dataschema', 'urn:rounds:schema:other:v2', 'be handled'),
  (event) => without(event, 'ce-time'),
  (event) => without(event, 'ce-id'),
  (event) => without(event, 'ce-type'),
  (event) => without(event, 'ce-source'),
  (event) => without(event, 'ce-specversion'),
  (event) => ({ ...wire(event, 'be buried'), headers: {} }),
  (event) => withHeader(event, 'ce-type', 'report.sung', 'be buried'),
  (event) => withHeader(event, 'ce-type', `${event.type}.v2`, 'be buried'),
  (event) => withHeader(event, 'ce-type', 'constructor', 'be buried'),
  (event) => withHeader(event, 'ce-type', '__proto__', 'be buried'),
  (event) => withHeader(event, 'ce-type', 'appointment.checked', 'be buried'),
  (event) => withHeader(event, 'ce-specversion', '2.0', 'be buried'),
  (event) => withHeader(event, 'ce-id', '%', 'be buried'),
  (event) => withHeader(event, 'ce-subject', '%c3%28', 'be buried'),
  (event) => withHeader(event, 'ce-time', 'tomorrow', 'be buried'),
  (event) => withHeader(event, 'ce-time', '2026-02-30T00:00:00Z', 'be buried'),
  (event) => withHeader(event, 'ce-id', 'x'.repeat(201), 'be buried'),
  (event) => withHeader(event, 'traceparent', 'zz', 'be buried'),
  (event) => withHeader(event, 'content-type', 'application/cloudevents+json', 'be buried'),
  (event) => withHeader(event, 'Nats-Expected-Stream', 'EVENTS', 'be handled'),
  (event, chance) =>
    withHeader(
      event,
      'x-any',
      hostileText(chance)
        .replace(/[^\x20-\x7e]/g, '?')
        .trim(),
      'be handled',
    ),
  (event) => withBody(event, ''),
  (event) => withBody(event, '{'),
  (event) => withBody(event, 'null'),
  (event) => withBody(event, '[]'),
  (event) => withBody(event, '7'),
  (event) => withBody(event, '['.repeat(30_000)),
  (event) => withBody(event, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
  (event) => withBody(event, Buffer.from(JSON.stringify(event.data), 'utf16le')),
  (event) => withBody(event, JSON.stringify({ ...(event.data as object), x: 'x'.repeat(70_000) })),
  (event, chance) =>
    chance.oneIn(50)
      ? withBody(event, 'x'.repeat(261_000))
      : withBody(event, JSON.stringify(hostileValue(chance))),
  (event, chance) =>
    chance.oneIn(50)
      ? withHeader(event, 'ce-extension', 'x'.repeat(200_000), 'be handled')
      : without(event, 'ce-id'),
  (event) => ({ ...wire(event, 'be handled'), ...structured(event) }),
  (event) => withBody(event, `{"__proto__":{"reportId":"x"}}`),
  (event) => withHeader(event, 'ce-extension', 'x'.repeat(20_000), 'be handled'),
]

const structured = (event: HospitalEvent) => ({
  headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
  body: Buffer.from(JSON.stringify({ specversion: '1.0', datacontenttype: 'application/json', ...event })),
})
