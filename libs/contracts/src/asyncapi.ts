import { changesOf } from './changelog.ts'
import { type EventContract, schemaNameOf, subjectPattern } from './event.ts'
import { hospitalEvents } from './events.ts'
import { intakeEvents, intakeSchemaNameOf } from './intake-events.ts'
import { rejectionCode } from './intake-words.ts'
import { sampleOf } from './sample.ts'

type Json = Record<string, unknown>

/**
 * The AsyncAPI 3.1 document: what other systems may say, how they are answered, and what Rounds itself says. Made from
 * the contracts, so that it cannot say other things than they do.
 */
export function asyncApiDocument({ url }: { readonly url: string }): Json {
  const { host, protocol } = new URL(url)
  const said = intakeEvents.map((contract) => intake(contract))
  const ours = hospitalEvents.map((contract) => own(contract))
  return {
    asyncapi: '3.1.0',
    id: 'urn:rounds',
    info: {
      title: 'Rounds: events',
      version: '1.0.0',
      description:
        'CloudEvents 1.0. Over NATS in binary mode (attributes as `ce-` headers, JSON data as body) or in structured mode; over HTTP also as a batch, at `POST /v1/events` (see /openapi.json). `appointment.checked` means that the doctor has seen the patient: FHIR `fulfilled`, not `checked-in`.',
    },
    defaultContentType: 'application/json',
    servers: {
      nats: {
        host: 'localhost:4222',
        protocol: 'nats',
        description:
          'The hospital’s broker. Each system has an account of its own and signs in with an NKey.',
        security: [{ $ref: '#/components/securitySchemes/nkey' }],
      },
      http: {
        host,
        protocol: protocol.slice(0, -1),
        description: 'For systems that speak no NATS: the same events at `POST /v1/events`.',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: Object.fromEntries([
      ...said.map(({ channelId, channel }) => [channelId, channel]),
      ['answersRejected', answers],
      ...ours.map(({ channelId, channel }) => [channelId, channel]),
    ]),
    operations: Object.fromEntries([
      ...said.map(({ channelId, operation }) => [`take-${channelId}`, operation]),
      [
        'answer-rejected',
        {
          action: 'send',
          channel: { $ref: '#/channels/answersRejected' },
          summary: 'Tells a system what was not taken, and why',
          messages: [{ $ref: '#/channels/answersRejected/messages/rejected' }],
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
function intake(contract: EventContract) {
  const channelId = `intake-${contract.type}`
  return {
    channelId,
    channel: {
      address: `events.${contract.type}`,
      title: `${contract.type}, said by another system`,
      description: 'The subject in the system’s own account. The broker writes which system it was.',
      servers: [{ $ref: '#/servers/nats' }, { $ref: '#/servers/http' }],
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

const answers = {
  address: 'answers.rejected',
  title: 'What was not taken',
  description:
    'In the system’s own account, not stored. What was taken is answered by the broker’s acknowledgement.',
  servers: [{ $ref: '#/servers/nats' }],
  messages: {
    rejected: {
      name: 'rejected',
      title: 'An event was not taken',
      contentType: 'application/json',
      payload: {
        type: 'object',
        required: ['result', 'code', 'errors'],
        properties: {
          id: { type: 'string', description: 'The event’s, where it has one' },
          result: { const: 'rejected' },
          code: { type: 'string', enum: rejectionCode.anyOf.map((one) => one.const) },
          errors: {
            type: 'array',
            items: {
              type: 'object',
              properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
            },
          },
        },
      },
    },
  },
}

/** What Rounds itself says. Its own services hear it; systems do not, for now. */
function own(contract: EventContract) {
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
      servers: [{ $ref: '#/servers/nats' }],
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
