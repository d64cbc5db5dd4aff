import * as appointment from './appointment-events.ts'
import * as campaign from './campaign-events.ts'
import { canaryAnswered, canarySent, canaryTicked } from './canary-events.ts'
import * as chat from './chat-events.ts'
import { type EventContract, isTick, subjectPattern } from './event.ts'
import { eventFamilies, hospitalEvents } from './events.ts'
import * as mail from './mail-events.ts'
import * as report from './report-events.ts'
import * as schedule from './schedule-events.ts'

/**
 * A JetStream stream as the provisioner makes it. Retention is `limits` (see docs/decisions/0004) but for what goes once it was
 * taken: `untilTaken`.
 */
export interface StreamDeclaration {
  readonly name: string
  readonly subjects: readonly string[]
  readonly maxAgeDays: number
  readonly maxBytes: number
  /** How long JetStream itself knows an event by its id; hearers know it for ever. */
  readonly duplicateWindowMs: number
  /** Takes many events as one write to disk: for outboxes that have much to say at once. */
  readonly allowAtomic?: boolean
  /** Nothing is ever taken out: neither by age nor by request, and a full stream refuses the next. */
  readonly keepsAll?: boolean
  /** For what strangers publish: each message goes once it was taken, and a full stream refuses the next. On one server: decisions 0020, 0035. */
  readonly untilTaken?: boolean
  readonly why: string
}

/** A durable pull consumer as the provisioner makes it. */
export interface ConsumerDeclaration {
  readonly durable: string
  readonly service: ServiceName
  readonly stream: 'EVENTS' | 'TICKS' | `INTAKE_${string}`
  /** What its service handles. Canaries come beside it, and the bus answers them: see `subjectsHeardBy`. */
  readonly hears: readonly EventContract[]
  /** For what is none of our events: the subjects, instead of those of `hears`. */
  readonly subjects?: readonly string[]
  /** How long one delivery may go without a sign of life. Handlers are kept alive at a third of it. */
  readonly ackWaitMs: number
  /** The broker's limit, above our own `patience`: ours ends in a dead letter, the broker's in silence. */
  readonly maxDeliver: number
  /** Deliveries after which an event that keeps failing becomes a dead letter. */
  readonly patience: number
  /** Undelivered-but-unacknowledged limit over all replicas. */
  readonly maxAckPending: number
}

/** A durable pull consumer that takes what lies in a stream as it is, in batches: for whoever collects, not for whoever acts. */
export interface GathererDeclaration {
  readonly durable: string
  readonly service: ServiceName
  readonly stream: 'EVENTS' | 'TICKS' | 'DEAD_LETTERS' | 'ADVISORIES'
  /** Absent: everything that the stream keeps. */
  readonly subjects?: readonly string[]
  /** Without bodies: what is written on the message is enough. */
  readonly headersOnly?: true
  readonly ackWaitMs: number
  /** More than one batch, or fetching stops. */
  readonly maxAckPending: number
}

/** The streams that services publish to: from outboxes, or as replays. */
export type PublishedStream = 'EVENTS' | 'TICKS'

/** Everyone who has a user at the broker. */
export type ServiceName = 'gateway' | 'reports' | 'mailer' | 'chat-notifier' | 'scheduler' | 'provisioner'

/** What a service does on the bus; its rights at the broker follow from this and from nothing else. */
export interface BusMember {
  readonly service: ServiceName
  readonly says: readonly EventContract[]
  readonly hears: readonly ConsumerDeclaration[]
  readonly gathers?: readonly GathererDeclaration[]
  /** May hand a dead letter to the consumer that could not take it. */
  readonly replays?: true
  /** Followed live by plain subscription, for showing; never the only way to learn something. */
  readonly follows: readonly EventContract[]
}

const dayMs = 24 * 3_600_000

/** Where a chain of the audit says how far it is. Only the gateway speaks there, and nobody takes anything back. */
export const auditHeadSubject = (writer: string) => `audit.head.${writer}`
/** Where the operator's command says what it removed because its time was over. */
export const auditPrunedSubject = (writer: string) => `audit.pruned.${writer}`

const gib = 1024 ** 3

export const streams: readonly StreamDeclaration[] = [
  {
    name: 'EVENTS',
    // One by one: a wildcard would also store what is meant for core NATS only, and overlap with later streams.
    subjects: [
      ...hospitalEvents.filter((contract) => contract.kept && !isTick(contract)).map(subjectPattern),
      'replay.events.*',
      'checkpoint.events.*.*',
    ],
    maxAgeDays: 30,
    maxBytes: gib,
    duplicateWindowMs: 10 * 60_000,
    allowAtomic: true,
    why: 'What happened in the hospital.',
  },
  {
    name: 'TICKS',
    subjects: ['hospital.tick.*', 'replay.ticks.*', 'checkpoint.ticks.*.*'],
    maxAgeDays: 7,
    maxBytes: gib / 16,
    duplicateWindowMs: 10 * 60_000,
    allowAtomic: true,
    why: 'When the time of a schedule came: `hospital.tick.<schedule id>`.',
  },
  {
    name: 'DEAD_LETTERS',
    subjects: ['dead.>'],
    maxAgeDays: 90,
    maxBytes: gib / 4,
    duplicateWindowMs: 10 * 60_000,
    why: 'What no handler could take, kept for a person: `dead.<service>.<type>`.',
  },
  {
    name: 'AUDIT',
    subjects: [`${auditHeadSubject('*')}`, `${auditPrunedSubject('*')}`],
    maxAgeDays: 0,
    maxBytes: gib,
    duplicateWindowMs: 2 * 60_000,
    keepsAll: true,
    why: 'Signed heads of the audit’s chains, and what retention removed: `audit.head.<writer>`, `audit.pruned.<writer>`.',
  },
  {
    name: 'ADVISORIES',
    subjects: [
      '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>',
      '$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>',
    ],
    maxAgeDays: 90,
    maxBytes: gib / 16,
    duplicateWindowMs: 2 * 60_000,
    why: 'What the broker itself says of messages that ended unhandled: each dead letter has one here, and one without a letter was lost to us.',
  },
]

const usual = {
  stream: 'EVENTS',
  ackWaitMs: 30_000,
  patience: 8,
  maxDeliver: 20,
  maxAckPending: 256,
} as const

/** reports learns of work that is wanted, and of work that no longer is. */
export const reportsExportsConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'reports-exports',
  service: 'reports',
  hears: [report.reportRequested, report.reportCancelled],
}

/** The gateway keeps its jobs in step with what the workers say. */
export const gatewayJobsConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'gateway-jobs',
  service: 'gateway',
  hears: [report.reportStarted, report.reportCompleted, report.reportFailed, report.reportExpired],
}

/** The gateway makes jobs of what is due, as if the schedule's owner had asked. */
export const gatewayTicksConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'gateway-ticks',
  service: 'gateway',
  stream: 'TICKS',
  hears: [schedule.tickFired],
}

/** The gateway learns how campaigns ended. */
export const gatewayMailConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'gateway-mail',
  service: 'gateway',
  hears: [campaign.campaignCompleted, mail.batchIncomplete],
}

/** The mailer learns of mail that is wanted, of mail that no longer is, and of what came back. */
export const mailerMailConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'mailer-mail',
  service: 'mailer',
  hears: [
    mail.mailRequested,
    campaign.campaignRequested,
    campaign.campaignApproved,
    campaign.campaignPaused,
    campaign.campaignResumed,
    campaign.campaignCancelled,
    mail.deliveryResolved,
    mail.suppressionRequested,
    mail.mailBounced,
  ],
}

/** The mailer tells patients of their appointments. */
export const mailerAppointmentsConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'mailer-appointments',
  service: 'mailer',
  hears: [
    appointment.appointmentBooked,
    appointment.appointmentRescheduled,
    appointment.appointmentCancelled,
  ],
}

/** The mailer sends what is due at fixed times. */
export const mailerTicksConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'mailer-ticks',
  service: 'mailer',
  stream: 'TICKS',
  hears: [schedule.tickFired],
}

/** What a space may want to hear of. */
export const chatNotifierAppointmentsConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'chat-notifier-appointments',
  service: 'chat-notifier',
  hears: [
    appointment.appointmentBooked,
    appointment.appointmentRescheduled,
    appointment.appointmentCancelled,
    appointment.appointmentChecked,
    appointment.appointmentMissed,
  ],
}

/** What people want of the spaces themselves. */
export const chatNotifierSpacesConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'chat-notifier-spaces',
  service: 'chat-notifier',
  hears: [chat.spaceChanged, chat.spaceTried, chat.postResolved],
}

/** Every scheduler looks at the schedules by itself; the event only makes it look at once. */
export const schedulerSchedulesConsumer: ConsumerDeclaration = {
  ...usual,
  durable: 'scheduler-schedules',
  service: 'scheduler',
  hears: [schedule.scheduleChanged],
}

export const consumers: readonly ConsumerDeclaration[] = [
  reportsExportsConsumer,
  gatewayJobsConsumer,
  gatewayMailConsumer,
  gatewayTicksConsumer,
  mailerMailConsumer,
  mailerAppointmentsConsumer,
  mailerTicksConsumer,
  chatNotifierAppointmentsConsumer,
  chatNotifierSpacesConsumer,
  schedulerSchedulesConsumer,
]

/**
 * What another system publishes, as it comes. The broker makes `events.>` of the system's own account this subject, so
 * nobody can speak in the name of another.
 */
export const intakeSubject = (system: string, type = '>') => `ext.${system}.events.${type}`

/** Where another system hears what became of an event: `answers.<result>` in its own account. Not stored. */
export const answerSubject = (system: string, result: string) => `ext.${system}.answers.${result}`

/** Where another system asks and waits for the result: `requests.<type>` in its own account. Not stored either. */
export const requestSubject = (system: string, type = '>') => `ext.${system}.requests.${type}`

/** The durable of every intake stream; one name, so that the broker's rights need not know the systems. */
export const intakeDurable = 'gateway-intake'

/** A stream for each system: one must not suppress what another says by its ids, nor fill the room of all. */
export const intakeStreamOf = (system: string): StreamDeclaration => ({
  name: `INTAKE_${system}`,
  subjects: [intakeSubject(system)],
  maxAgeDays: 30,
  maxBytes: gib / 8,
  duplicateWindowMs: 2 * 60_000,
  untilTaken: true,
  why: 'What another system says, until the gateway took it.',
})

/** The gateway takes what a system says. Nothing of it becomes a dead letter: it may name people. */
export const gatewaySystemConsumer = (system: string): ConsumerDeclaration => ({
  durable: intakeDurable,
  service: 'gateway',
  stream: `INTAKE_${system}`,
  hears: [],
  subjects: [intakeSubject(system)],
  ackWaitMs: 30_000,
  patience: Number.MAX_SAFE_INTEGER,
  maxDeliver: -1,
  maxAckPending: 64,
})

/** Where one consumer, and nobody else, is handed again what it could not take. */
export const replaySubjectOf = ({ stream, durable }: Pick<ConsumerDeclaration, 'stream' | 'durable'>) =>
  `replay.${stream.toLowerCase()}.${durable}`

/**
 * Where a service stores its checkpoints in a stream, for one incarnation of it. Nobody consumes them: that one is where it was
 * stored shows that what was stored before it is there too (decision 0023).
 */
export const checkpointSubject = (stream: PublishedStream, service: ServiceName, incarnation: string) =>
  `checkpoint.${stream.toLowerCase()}.${service}.${incarnation}`

/** What reaches a consumer: its service's events, what is replayed to it, and the canary that shows that they would. */
export const subjectsHeardBy = (consumer: ConsumerDeclaration) =>
  consumer.subjects
    ? [...consumer.subjects]
    : [
        ...(consumer.stream === 'TICKS'
          ? ['hospital.tick.*']
          : [...consumer.hears, canarySent].map(subjectPattern)),
        replaySubjectOf(consumer),
      ]

/** Dead letters come to where people look at them. */
export const gatewayDeadLettersConsumer: GathererDeclaration = {
  durable: 'gateway-dead-letters',
  service: 'gateway',
  stream: 'DEAD_LETTERS',
  ackWaitMs: 60_000,
  maxAckPending: 1_000,
}

/** So does what the broker itself says of messages that ended unhandled. */
export const gatewayAdvisoriesConsumer: GathererDeclaration = {
  ...gatewayDeadLettersConsumer,
  durable: 'gateway-advisories',
  stream: 'ADVISORIES',
}

/** What was said, for following one thing back to its start: envelopes only. */
export const gatewayHistoryConsumer: GathererDeclaration = {
  durable: 'gateway-history',
  service: 'gateway',
  stream: 'EVENTS',
  subjects: [
    ...hospitalEvents
      .filter((contract) => contract.kept && !isTick(contract) && contract !== canarySent)
      .map(subjectPattern),
    'replay.events.*',
  ],
  headersOnly: true,
  ackWaitMs: 60_000,
  maxAckPending: 2_000,
}

/** The same of ticks. */
export const gatewayTickHistoryConsumer: GathererDeclaration = {
  ...gatewayHistoryConsumer,
  durable: 'gateway-tick-history',
  stream: 'TICKS',
  subjects: ['hospital.tick.*', 'replay.ticks.*'],
}

export const gatherers: readonly GathererDeclaration[] = [
  gatewayDeadLettersConsumer,
  gatewayAdvisoriesConsumer,
  gatewayHistoryConsumer,
  gatewayTickHistoryConsumer,
]

export const busMembers: Readonly<Record<Exclude<ServiceName, 'provisioner'>, BusMember>> = {
  gateway: {
    service: 'gateway',
    says: [
      ...eventFamilies.appointment,
      report.reportRequested,
      report.reportCancelled,
      campaign.campaignRequested,
      campaign.campaignApproved,
      campaign.campaignPaused,
      campaign.campaignResumed,
      campaign.campaignCancelled,
      mail.mailRequested,
      mail.mailBounced,
      mail.deliveryResolved,
      mail.suppressionRequested,
      schedule.scheduleChanged,
      chat.spaceChanged,
      chat.spaceTried,
      chat.postResolved,
      canarySent,
      canaryTicked,
      canaryAnswered,
    ],
    hears: [gatewayJobsConsumer, gatewayMailConsumer, gatewayTicksConsumer],
    gathers: gatherers,
    replays: true,
    follows: [
      ...gatewayJobsConsumer.hears,
      report.reportProgressed,
      chat.chatPosted,
      chat.chatFailed,
      chat.chatDoubted,
      chat.spaceStopped,
      canaryAnswered,
    ],
  },
  reports: {
    service: 'reports',
    says: [
      report.reportStarted,
      report.reportProgressed,
      report.reportCompleted,
      report.reportFailed,
      report.reportExpired,
      canaryAnswered,
    ],
    hears: [reportsExportsConsumer],
    follows: [],
  },
  mailer: {
    service: 'mailer',
    says: [
      mail.mailSent,
      mail.mailFailed,
      mail.mailSuppressed,
      mail.mailDoubted,
      mail.batchIncomplete,
      campaign.campaignCompleted,
      canaryAnswered,
    ],
    hears: [mailerMailConsumer, mailerAppointmentsConsumer, mailerTicksConsumer],
    follows: [],
  },
  'chat-notifier': {
    service: 'chat-notifier',
    says: [chat.chatPosted, chat.chatFailed, chat.chatDoubted, chat.spaceStopped, canaryAnswered],
    hears: [chatNotifierAppointmentsConsumer, chatNotifierSpacesConsumer],
    follows: [],
  },
  scheduler: {
    service: 'scheduler',
    says: [schedule.tickFired, canaryAnswered],
    hears: [schedulerSchedulesConsumer],
    follows: [schedule.scheduleChanged],
  },
}

/** The `source` that a service writes on its events. */
export const sourceOf = (service: ServiceName) => `/rounds/${service}`

/** Whether the topology lets this source publish events of this contract. */
export const maySay = (source: string, contract: EventContract) =>
  Object.values(busMembers).some(
    ({ service, says }) => sourceOf(service) === source && says.includes(contract),
  )

/** The streams that a service publishes to. */
export const streamsPublishedTo = ({ says }: BusMember): readonly PublishedStream[] => [
  ...new Set(says.filter(({ kept }) => kept).map((contract) => (isTick(contract) ? 'TICKS' : 'EVENTS'))),
]

/** Days as milliseconds, for whoever turns a declaration into a stream. */
export const maxAgeMs = (stream: StreamDeclaration) => stream.maxAgeDays * dayMs
