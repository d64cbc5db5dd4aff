import {
  answerSubject,
  auditHeadSubject,
  auditPrunedSubject,
  type BusMember,
  busMembers,
  checkpointSubject,
  intakeDurable,
  requestSubject,
  type ServiceName,
  streams,
  streamsPublishedTo,
  subjectPattern,
} from '@rounds/contracts'

/**
 * The broker's configuration: durable, small messages, and one user per service with exactly the rights that its
 * part in the topology needs. Shipped as `deploy/nats/nats.conf`; addresses and directories come by command line.
 */
export function natsServerConfig(): string {
  const users = [
    ...Object.values(busMembers).map(memberUser),
    user('auditor', { publish: auditing, subscribe: ['_INBOX_auditor.>'] }),
  ]
  return `# Generated from libs/contracts/src/topology.ts by libs/messaging/src/server-config.ts: change those.
# Passwords come from the environment. They begin with a letter and go on with letters and digits: the server
# reads them as if they stood here.

# A message holds identifiers; what is larger does not belong on the bus.
max_payload: 256KB

jetstream {
  # The server's own choice acknowledges first and syncs every two minutes.
  sync_interval: always
  max_memory_store: 64MB
  max_file_store: 8GB
}

accounts {
  # Nobody signs in here: what the server tells of itself, it tells on its monitoring port.
  SYS {}
  HOSPITAL {
    jetstream: enabled
    users: [
${users.join('\n')}
    ]
    # Each of the other systems' accounts may import these with its own name as the second token, and with no other.
    exports: [
      { service: "ext.*.events.>", account_token_position: 2 }
      { service: "ext.*.requests.>", account_token_position: 2 }
      { stream: "ext.*.answers.>", account_token_position: 2 }
${provisioning.map((subject) => `      { service: "${subject}", accounts: [PROVISIONING] }`).join('\n')}
    ]
  }
  # The provisioner has an account of its own, which imports the requests that it needs and nothing else. Whatever it
  # makes, also a push consumer or a republished stream, delivers in HOSPITAL, where it has no user: it reads no event.
  PROVISIONING {
    users: [
${user('provisioner', { publish: provisioning, subscribe: ['_INBOX_provisioner.>'] })}
    ]
    imports: [
${provisioning.map((subject) => `      { service: { account: HOSPITAL, subject: "${subject}" } }`).join('\n')}
    ]
  }
  # Other systems, an account each. \`npm run partner\` writes it.
  include ./partners.conf
}
system_account: SYS
`
}

function memberUser(member: BusMember): string {
  const { service, says, hears, gathers = [], replays, follows } = member
  const consuming = [...hears, ...gathers].flatMap(({ stream, durable }) => [
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
    // The same of servers with js_ack_fc_v2. Without it everything is delivered and no ack arrives.
    `$JS.ACK.*.*.${stream}.${durable}.>`,
  ])
  return user(service, {
    publish: [
      ...says.map(subjectPattern),
      `dead.${service}.>`,
      ...(replays ? ['replay.*.*'] : []),
      ...streamsPublishedTo(member).map((stream) => checkpointSubject(stream, service, '*')),
      ...consuming,
      ...(service === 'gateway' ? [...takingIn, auditHeadSubject('*')] : []),
      '$JS.API.STREAM.INFO.EVENTS',
      '$JS.API.STREAM.INFO.TICKS',
    ],
    subscribe: [
      `_INBOX_${service}.>`,
      ...follows.map(subjectPattern),
      ...(service === 'gateway' ? [requestSubject('*')] : []),
    ],
    ...(service === 'gateway' ? { answers: true } : {}),
  })
}

/** What other systems say comes through streams that are not known here; their consumers all have one name. */
const takingIn = [
  `$JS.API.CONSUMER.INFO.*.${intakeDurable}`,
  `$JS.API.CONSUMER.MSG.NEXT.*.${intakeDurable}`,
  `$JS.ACK.*.${intakeDurable}.>`,
  `$JS.ACK.*.*.*.${intakeDurable}.>`,
  answerSubject('*', '*'),
]

/**
 * The requests of the provisioner. Streams of other systems have names that are not known here, and no part of a token
 * can be a wildcard, so those of streams name any.
 */
const provisioning = [
  '$JS.API.INFO',
  '$JS.API.STREAM.INFO.*',
  '$JS.API.STREAM.CREATE.*',
  '$JS.API.STREAM.UPDATE.*',
  ...streams.flatMap(({ name }) => [
    `$JS.API.CONSUMER.INFO.${name}.*`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${name}.*`,
    `$JS.API.CONSUMER.CREATE.${name}.>`,
  ]),
  `$JS.API.CONSUMER.INFO.*.${intakeDurable}`,
  `$JS.API.CONSUMER.DURABLE.CREATE.*.${intakeDurable}`,
  `$JS.API.CONSUMER.CREATE.*.${intakeDurable}`,
  `$JS.API.CONSUMER.CREATE.*.${intakeDurable}.>`,
]

/** Whoever verifies the audit reads its heads, and says what retention removed; nothing else. */
const auditing = ['$JS.API.STREAM.INFO.AUDIT', '$JS.API.STREAM.MSG.GET.AUDIT', auditPrunedSubject('*')]

function user(
  service: ServiceName | 'auditor',
  rights: { publish: readonly string[]; subscribe: readonly string[]; answers?: boolean },
): string {
  return `      {
        user: ${service}
        password: $${passwordVariable(service)}
        permissions {
          publish: [
${list(rights.publish)}
          ]
          subscribe: [
${list(rights.subscribe)}
          ]${rights.answers ? '\n          # Each request of another system once, where it asked for the answer.\n          allow_responses: { max: 1, expires: "1m" }' : ''}
        }
      }`
}

const list = (subjects: readonly string[]) => subjects.map((subject) => `            "${subject}"`).join('\n')

/** The environment variable in which the server looks for a service's password. */
export const passwordVariable = (service: string) =>
  `NATS_${service.toUpperCase().replaceAll('-', '_')}_PASSWORD`
