import { errors } from '@nats-io/transport-node'
import {
  busMembers,
  checkpointSubject,
  consumers,
  type EventContract,
  gatherers,
  hospitalEvents,
  type ServiceName,
  streams,
  streamsPublishedTo,
  subjectPattern,
} from '@rounds/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestBroker, testBroker } from '../test/test-broker.ts'
import type { Connection } from './connection.ts'
import { provision } from './provision.ts'

type Member = keyof typeof busMembers

const members = Object.keys(busMembers) as Member[]
type User = ServiceName | 'auditor'
const services: readonly User[] = [...members, 'provisioner']
const users: readonly User[] = [...services, 'auditor']
/** Who makes what stands at the broker. */
const auditors: readonly User[] = ['auditor']
const made: readonly User[] = ['provisioner']

type Table = ReadonlyArray<readonly [what: string, subject: string, who: readonly User[]]>

/** What somebody may say there, and who may. Everything that is said anywhere is in it. */
const said: Table = [
  ...hospitalEvents.map(
    (event) => [event.type, subjectPattern(event).replace('*', 'x'), membersWho('says', event)] as const,
  ),
  ...members.map((member) => [`a dead letter of ${member}`, `dead.${member}.report.x`, [member]] as const),
  ...members.flatMap((member) =>
    (['EVENTS', 'TICKS'] as const).map(
      (stream) =>
        [
          `a checkpoint of ${member} in ${stream}`,
          checkpointSubject(stream, member, 'x'),
          streamsPublishedTo(busMembers[member]).includes(stream) ? [member] : [],
        ] as const,
    ),
  ),
  ['a head of the audit', 'audit.head.x', ['gateway']],
  ['what retention removed', 'audit.pruned.x', ['auditor']],
  ['a replay', 'replay.events.reports-exports', ['gateway']],
  ['a replay of a tick', 'replay.ticks.mailer-ticks', ['gateway']],
  ...[...consumers, ...gatherers].flatMap(({ durable, stream, service }) => {
    const own = [service]
    return [
      [`fetching from ${durable}`, `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, own],
      [`looking at ${durable}`, `$JS.API.CONSUMER.INFO.${stream}.${durable}`, [...own, ...made]],
      [`acknowledging for ${durable}`, `$JS.ACK.${stream}.${durable}.1.1.1.1.0`, own],
      [`acknowledging for ${durable}, new`, `$JS.ACK._.x.${stream}.${durable}.1.1.1.1.0.y`, own],
      [`making ${durable}`, `$JS.API.CONSUMER.CREATE.${stream}.${durable}`, made],
      [`making ${durable} the old way`, `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${durable}`, made],
      [`deleting ${durable}`, `$JS.API.CONSUMER.DELETE.${stream}.${durable}`, []],
      [`pausing ${durable}`, `$JS.API.CONSUMER.PAUSE.${stream}.${durable}`, []],
      [`unpinning ${durable}`, `$JS.API.CONSUMER.UNPIN.${stream}.${durable}`, []],
    ] as const
  }),
  ...streams.flatMap(({ name }) => {
    // Relays ask which life of its stream the broker is in.
    const lookers =
      name === 'AUDIT' ? [...made, ...auditors] : ['EVENTS', 'TICKS'].includes(name) ? services : made
    return [
      [`looking at ${name}`, `$JS.API.STREAM.INFO.${name}`, lookers],
      [`making ${name}`, `$JS.API.STREAM.CREATE.${name}`, ['provisioner']],
      [`changing ${name}`, `$JS.API.STREAM.UPDATE.${name}`, ['provisioner']],
      [`deleting ${name}`, `$JS.API.STREAM.DELETE.${name}`, []],
      [`emptying ${name}`, `$JS.API.STREAM.PURGE.${name}`, []],
      [`reading ${name}`, `$JS.API.STREAM.MSG.GET.${name}`, name === 'AUDIT' ? auditors : []],
      [`reading ${name} directly`, `$JS.API.DIRECT.GET.${name}`, []],
      [`deleting from ${name}`, `$JS.API.STREAM.MSG.DELETE.${name}`, []],
      [`copying ${name}`, `$JS.API.STREAM.SNAPSHOT.${name}`, []],
      [`putting ${name} back`, `$JS.API.STREAM.RESTORE.${name}`, []],
      [`a consumer of one’s own on ${name}`, `$JS.API.CONSUMER.CREATE.${name}.mine.>`, ['provisioner']],
      [`the consumers of ${name}`, `$JS.API.CONSUMER.LIST.${name}`, []],
    ] as const
  }),
  // Streams of other systems have names that nobody knows beforehand.
  ['a stream of one’s own', '$JS.API.STREAM.CREATE.MINE', made],
  ['deleting an intake', '$JS.API.STREAM.DELETE.INTAKE_lis', []],
  ['reading an intake', '$JS.API.STREAM.MSG.GET.INTAKE_lis', []],
  ['looking at an intake', '$JS.API.STREAM.INFO.INTAKE_lis', made],
  ['making the consumer of an intake', `$JS.API.CONSUMER.CREATE.INTAKE_lis.gateway-intake`, made],
  ['another consumer of an intake', `$JS.API.CONSUMER.CREATE.INTAKE_lis.mine`, []],
  ['fetching from an intake', '$JS.API.CONSUMER.MSG.NEXT.INTAKE_lis.gateway-intake', ['gateway']],
  [
    'looking at the consumer of an intake',
    '$JS.API.CONSUMER.INFO.INTAKE_lis.gateway-intake',
    ['gateway', ...made],
  ],
  ['acknowledging for an intake', '$JS.ACK.INTAKE_lis.gateway-intake.1.1.1.1.0', ['gateway']],
  ['acknowledging for an intake, new', '$JS.ACK._.x.INTAKE_lis.gateway-intake.1.1.1.1.0.y', ['gateway']],
  ['answering another system', 'ext.lis.answers.rejected', ['gateway']],
  ['speaking as another system', 'ext.lis.events.appointment.checked', []],
  ['asking as another system', 'ext.lis.requests.appointment.checked', []],
  ['the streams', '$JS.API.STREAM.LIST', []],
  ['the account', '$JS.API.INFO', ['provisioner']],
  ['the server', '$SYS.REQ.SERVER.PING', []],
  ['an event of no family', 'hospital.nothing.happened', []],
  ['an advisory', '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.EVENTS.x', []],
  ...users.map((user) => [`into the inbox of ${user}`, `_INBOX_${user}.any`, []] as const),
]

/** Where somebody may listen, and who may. */
const listened: Table = [
  ...hospitalEvents.map(
    (event) => [event.type, subjectPattern(event), membersWho('follows', event)] as const,
  ),
  ['requests of other systems', 'ext.*.requests.>', ['gateway']],
  ...users.map((user) => [`the inbox of ${user}`, `_INBOX_${user}.>`, [user]] as const),
  ...[
    '>',
    '*',
    'hospital.>',
    'hospital.*.*',
    'dead.>',
    'ext.>',
    'replay.>',
    '_INBOX.>',
    '$JS.>',
    '$JS.ACK.>',
    '$SYS.>',
    '$KV.>',
  ].map((subject) => [subject, subject, []] as const),
]

describe.for(['v1', 'v2'] as const)('each user at each subject, ack subjects of format %s', (ackFormat) => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await testBroker({ ackFormat })
    await provision(await broker.as('provisioner'))
  })
  afterAll(() => broker.stop())

  it.for(users)('%s says what the topology lets it say, and nothing else', async (user) => {
    const connection = await broker.as(user)
    const refused = await refusedTo(connection, () => {
      for (const [, subject] of said) connection.publish(subject, '')
    })
    expect(may(said, refused)).toEqual(meant(said, user))
  })

  it.for(users)('%s listens where the topology lets it, and nowhere else', async (user) => {
    const connection = await broker.as(user)
    const refused = await refusedTo(connection, () => {
      for (const [, subject] of listened) connection.subscribe(subject, { callback() {} })
    })
    expect(may(listened, refused)).toEqual(meant(listened, user))
  })
})

/** Subjects are what the broker knows: whoever says an addressed event may say all on subjects of its pattern. */
function membersWho(does: 'says' | 'follows', event: EventContract): readonly ServiceName[] {
  const covers = (one: EventContract) =>
    subjectPattern(one) === subjectPattern(event) ||
    (one.addressed && subjectPattern(event).startsWith(subjectPattern(one).slice(0, -1)))
  return members.filter((member) => busMembers[member][does].some(covers))
}

const meant = (table: Table, user: User) =>
  table.filter(([, , who]) => who.includes(user)).map(([what]) => what)
const may = (table: Table, refused: ReadonlySet<string>) =>
  table.filter(([, subject]) => !refused.has(subject)).map(([what]) => what)

/** The subjects that the broker refuses. What else it answers to an empty message, or whether at all, is another matter. */
async function refusedTo(connection: Connection, doIt: () => void): Promise<ReadonlySet<string>> {
  const refused = new Set<string>()
  const listening = (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'error' && status.error instanceof errors.PermissionViolationError)
        refused.add(status.error.subject)
    }
  })()
  doIt()
  // What was refused is told before this is answered.
  await connection.flush()
  await connection.close()
  await listening
  return refused
}
