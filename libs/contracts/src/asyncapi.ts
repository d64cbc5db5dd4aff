import { changesOf } from './changelog.ts'
import { type EventContract, schemaNameOf, subjectPattern } from './event.ts'
import { hospitalEvents } from './events.ts'
import { eventResult } from './http-systems.ts'
import { intakeEvents, intakeSchemaNameOf } from './intake-events.ts'
import { sampleOf } from './sample.ts'

type Json = Record<string, unknown>

/**
 * The AsyncAPI 3.1 document: what other systems may say, how they are answered, and what Rounds itself says. Made from
 * the contracts, so that it cannot say other things than they do.
 */
export function asyncApiDocument({
  url,
  natsUrls,
}: {
  readonly url: string
  /** How other systems reach the broker; at least one. */
  readonly natsUrls: readonly string[]
}): Json {
  const { host, protocol } = new URL(url)
  const brokers = natsUrls.map(
    (natsUrl, place) => [place === 0 ? 'nats' : `nats-${place + 1}`, natsUrl] as const,
  )
  const atBroker = brokers.map(([name]) => ({ $ref: `#/servers/${name}` }))
  const said = intakeEvents.map((contract) => intake(contract, atBroker))
  const asked = intakeEvents.map((contract) => request(contract, atBroker))
  const ours = hospitalEvents.map((contract) => own(contract, atBroker))
  return {
    asyncapi: '3.1.0',
    id: 'urn:rounds',
    info: {
      title: 'Rounds: events',
      version: '1.0.0',
      description:
        'CloudEvents 1.0. Over NATS in binary mode (attributes as `ce-` headers, JSON data as body) or in structured mode, which may go without headers; over HTTP also as a batch, at `POST /v1/events` (see /openapi.json). `appointment.checked` means that the doctor has seen the patient: FHIR `fulfilled`, not `checked-in`.',
    },
    defaultContentType: 'application/json',
    servers: {
      ...Object.fromEntries(brokers.map(([name, natsUrl]) => [name, broker(new URL(natsUrl))])),
      http: {
        host,
        protocol: protocol.slice(0, -1),
        description: 'For systems that speak no NATS: the same events at `POST /v1/events`.',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: Object.fromEntries([
      ...said.map(({ channelId, channel }) => [channelId, channel]),
      ...asked.map(({ channelId, channel }) => [channelId, channel]),
      ['answers', { ...answers, servers: atBroker }],
      ['replies', { ...replies, servers: atBroker }],
      ...ours.map(({ channelId, channel }) => [channelId, channel]),
    ]),
    operations: Object.fromEntries([
      ...said.map(({ channelId, operation }) => [`take-${channelId}`, operation]),
      ...asked.map(({ channelId, operation }) => [`answer-${channelId}`, operation]),
      [
        'answer',
        {
          action: 'send',
          channel: { $ref: '#/channels/answers' },
          summary: 'Tells a system what became of each event',
          messages: [{ $ref: '#/channels/answers/messages/result' }],
        },
      ],
      ...ours.map(({ channelId, operation }) => [`say-${channelId}`, operation]),
    ]),
    components: {
      securitySchemes: {
        nkey: {
          type: 'asymmetricEncryption',
          description: 'NKey: `npm run partner -- add <system>` makes one',
        },
        token: { type: 'http', scheme: 'bearer', description: 'The system’s token' },
      },
    },
  }
}

/** What another system says: its own account's subject, and the HTTP door. */
function intake(contract: EventContract, atBroker: readonly Json[]) {
  const channelId = `intake-${contract.type}`
  return {
    channelId,
    channel: {
      address: `events.${contract.type}`,
      title: `${contract.type}, said by another system`,
      description: 'The subject in the system’s own account. The broker writes which system it was.',
      servers: [...atBroker, { $ref: '#/servers/http' }],
      messages: {
        [contract.type]: {
          ...message(contract, intakeSchemaNameOf(contract.type), '/lis'),
          ...more(`intake.${contract.type}`),
        },
      },
    },
    operation: {
      action: 'receive',
      channel: { $ref: `#/channels/${channelId}` },
      summary: contract.when,
      messages: [{ $ref: `#/channels/${channelId}/messages/${contract.type}` }],
    },
  }
}

/** The same, asked: taken at once and answered with the result. */
function request(contract: EventContract, atBroker: readonly Json[]) {
  const channelId = `requests-${contract.type}`
  return {
    channelId,
    channel: {
      address: `requests.${contract.type}`,
      title: `${contract.type}, with the result as the reply`,
      description:
        'In the system’s own account. Nothing is stored before the reply: ask again when none comes.',
      servers: atBroker,
      messages: { [contract.type]: message(contract, intakeSchemaNameOf(contract.type), '/lis') },
    },
    operation: {
      action: 'receive',
      channel: { $ref: `#/channels/${channelId}` },
      summary: contract.when,
      messages: [{ $ref: `#/channels/${channelId}/messages/${contract.type}` }],
      reply: {
        channel: { $ref: '#/channels/replies' },
        messages: [{ $ref: '#/channels/replies/messages/result' }],
      },
    },
  }
}

const result = {
  name: 'result',
  title: 'What became of an event',
  contentType: 'application/json',
  // A plain copy, as of the other payloads.
  payload: JSON.parse(JSON.stringify(eventResult)),
}

const answers = {
  address: 'answers.{result}',
  title: 'What became of each event',
  description:
    'In the system’s own account, not stored: `GET /v1/events` tells the same for 30 days. That an event is on disk is told by the broker’s acknowledgement.',
  parameters: { result: { enum: ['accepted', 'duplicate', 'rejected'], description: 'As in the message' } },
  messages: { result },
}

const replies = {
  address: null,
  title: 'Replies to requests',
  description: 'The reply subject of the request.',
  messages: { result },
}

const broker = ({ host, protocol }: URL): Json => ({
  host,
  protocol: protocol === 'tls:' ? 'nats+tls' : 'nats',
  description:
    'The hospital’s broker. Each system has an account of its own and signs in with an NKey: at most 20 connections and 100 subscriptions. A message is 256 KB at most, which the server tells each client, and an event 64 KB.',
  security: [{ $ref: '#/components/securitySchemes/nkey' }],
})

/** What Rounds itself says. Its own services hear it; systems do not, for now. */
function own(contract: EventContract, atBroker: readonly Json[]) {
  const channelId = contract.type
  const address = subjectPattern(contract)
  return {
    channelId,
    channel: {
      address: address.replace('*', `{${contract.about}}`),
      title: contract.type,
      ...(address.includes('*')
        ? { parameters: { [contract.about]: { description: 'Whom or what it is about, by identifier' } } }
        : {}),
      servers: atBroker,
      messages: {
        [contract.type]: {
          ...message(contract, schemaNameOf(contract.type), '/rounds/gateway'),
          ...more(contract.type),
        },
      },
    },
    operation: {
      action: 'send',
      channel: { $ref: `#/channels/${channelId}` },
      summary: contract.when,
      messages: [{ $ref: `#/channels/${channelId}/messages/${contract.type}` }],
    },
  }
}

/** For the catalogue: where the schema is, and what changed. */
const more = (name: string) => ({
  'x-schema': `/schemas/${name}/v1`,
  'x-changes': changesOf(name),
})

function message(contract: EventContract, dataschema: string, source: string): Json {
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': 'event-1',
    'ce-source': source,
    'ce-type': contract.type,
    'ce-time': '2026-01-31T09:30:00Z',
    'ce-dataschema': dataschema,
  }
  return {
    name: contract.type,
    title: contract.type,
    summary: contract.when,
    contentType: 'application/json',
    headers: {
      type: 'object',
      required: ['ce-specversion', 'ce-id', 'ce-source', 'ce-type', 'ce-time'],
      properties: {
        'ce-specversion': { const: '1.0' },
        'ce-id': { type: 'string', maxLength: 200, description: 'With the source: known for ever' },
        'ce-source': { type: 'string', maxLength: 200 },
        'ce-type': { const: contract.type },
        'ce-time': { type: 'string', format: 'date-time' },
        'ce-dataschema': { const: dataschema },
      },
    },
    // A plain copy: TypeBox's own markers are not part of what we publish.
    payload: JSON.parse(JSON.stringify(contract.data)),
    examples: [{ name: 'sample', headers, payload: sampleOf(contract.data) }],
  }
}
