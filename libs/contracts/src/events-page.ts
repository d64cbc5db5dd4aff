import { type EventContract, subjectPattern } from './event.ts'
import { eventFamilies } from './events.ts'
import { intakeEvents, intakeSchemaNameOf } from './intake-events.ts'
import {
  busMembers,
  consumers,
  gatewaySystemConsumer,
  gatherers,
  intakeStreamOf,
  streams,
} from './topology.ts'

/** Each other system has its own of both. */
const intakeStream = intakeStreamOf('<system>')
const intakeConsumer = gatewaySystemConsumer('<system>')

/** `docs/events.md`, whole. Generated, so that the page cannot say other things than the contracts. */
export function eventsPage(): string {
  return [
    '# Events',
    '',
    'Generated from `libs/contracts` by `npm run generate`. Envelope: CloudEvents 1.0, NATS binary mode (attributes in `ce-`',
    'headers, JSON data in the body); structured mode is accepted too. Events carry identifiers, not people: no name, address or',
    'diagnosis is ever in one. Hearers ignore fields they do not know; a breaking change is a new type (`….v2`).',
    '',
    '## Streams',
    '',
    '| stream | holds | kept | knows an id again for |',
    '|---|---|---|---|',
    ...[...streams, intakeStream].map(
      (stream) =>
        `| \`${stream.name}\` | ${stream.why} | ${stream.untilTaken ? 'until taken, at most ' : ''}${stream.maxAgeDays} days | ${stream.duplicateWindowMs / 60_000} min |`,
    ),
    '',
    '## Who hears what',
    '',
    '| consumer | service | hears | dead letter after |',
    '|---|---|---|---|',
    ...consumers.map(
      (consumer) =>
        `| \`${consumer.durable}\` | ${consumer.service} | ${consumer.hears.map((one) => `\`${one.type}\``).join(', ')} | ${consumer.patience} deliveries |`,
    ),
    '',
    'Beside these every consumer gets a canary (`canary.sent`, of ticks `tick.canary`), which the bus answers by itself, and what is replayed',
    'to it alone on `replay.<stream>.<consumer>`.',
    '',
    '| takes what others wrote | service | from | what |',
    '|---|---|---|---|',
    `| \`${intakeConsumer.durable}\` | ${intakeConsumer.service} | \`${intakeConsumer.stream}\` | what a system says, on \`${intakeConsumer.subjects?.join('`, `')}\` |`,
    '',
    'There is one of it for each other system. It gets no canary and no replay, since nobody but the system can say anything there, and nothing of it becomes',
    'a dead letter: what is not taken is kept for admins ([other-systems.md](other-systems.md)).',
    '',
    '| collects | service | from | what |',
    '|---|---|---|---|',
    ...gatherers.map(
      ({ durable, service, stream, headersOnly }) =>
        `| \`${durable}\` | ${service} | \`${stream}\` | ${headersOnly ? 'what is written on the messages, without their bodies' : 'the messages as they are'} |`,
    ),
    ...Object.entries(eventFamilies).flatMap(([family, contracts]) => [
      '',
      `## ${family}`,
      ...contracts.flatMap(section),
    ]),
    '',
    '## Said by other systems',
    '',
    'How a system comes, and how it is answered: [other-systems.md](other-systems.md). Each of these becomes a change of the appointment and one of our events.',
    ...intakeEvents.flatMap(intakeSection),
    '',
  ].join('\n')
}

function intakeSection(contract: EventContract): string[] {
  return [
    '',
    `### ${contract.type}, said by another system`,
    '',
    `${contract.when} Published on \`events.${contract.type}\` in the system’s own account, or by HTTP; schema \`${intakeSchemaNameOf(contract.type)}\`.`,
    '',
    ...fieldsOf(contract),
  ]
}

function section(contract: EventContract): string[] {
  const sayers = Object.values(busMembers)
    .filter((member) => member.says.includes(contract))
    .map((member) => member.service)
  return [
    '',
    `### ${contract.type}`,
    '',
    contract.when,
    '',
    `Said by ${sayers.join(', ') || 'nobody yet'} on \`${subjectPattern(contract)}\`${contract.kept ? '' : ', core NATS only'}. About \`${contract.about}\`.`,
    '',
    ...fieldsOf(contract),
  ]
}

function fieldsOf(contract: EventContract): string[] {
  return [
    '| field | shape | meaning |',
    '|---|---|---|',
    ...Object.entries(contract.data.properties).map(([name, schema]) => {
      const required = contract.data.required?.includes(name) ? '' : ' (optional)'
      return `| \`${name}\`${required} | ${shapeOf(schema)} | ${(schema as Shape).description ?? ''} |`
    }),
  ]
}

interface Shape {
  readonly type?: string
  readonly format?: string
  readonly pattern?: string
  readonly const?: unknown
  readonly anyOf?: readonly Shape[]
  readonly items?: Shape
  readonly description?: string
}

function shapeOf(schema: Shape): string {
  if (schema.anyOf) return schema.anyOf.map(shapeOf).join(' or ')
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.type === 'array') return `list of ${schema.items ? shapeOf(schema.items) : 'anything'}`
  if (schema.format) return schema.format
  return schema.type ?? 'anything'
}
