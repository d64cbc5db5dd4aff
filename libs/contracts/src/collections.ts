import { type Static, Type } from 'typebox'
import { appointmentStatus } from './appointment-status.ts'
import { identifier } from './identifier.ts'
import { saidElsewhere } from './system-collections.ts'
import type { ServiceName } from './topology.ts'

/**
 * Who may touch which data: read by looking, change by telling. Every collection has one service that writes it; a
 * service may read another's only where this table publishes it, and the MongoDB users' rights are made from it.
 */
export interface CollectionDeclaration {
  readonly name: string
  readonly owner: ServiceName
  /** Who may read all of it. */
  readonly publishedTo: readonly ServiceName[]
  /** Who may read these fields and no others, through a view that the provisioner makes. */
  readonly fieldsFor?: Readonly<Partial<Record<ServiceName, readonly string[]>>>
  /** Insert and find only: what stands there is never changed. Not even indexes are its owner's: one that expires would delete. */
  readonly appendOnly?: boolean
  /** Of an append-only collection, and made by the provisioner; of all others the owner makes its own. */
  readonly indexes?: readonly IndexDeclaration[]
  readonly why: string
}

export interface IndexDeclaration {
  readonly key: Readonly<Record<string, 1 | -1>>
  readonly unique?: boolean
  readonly sparse?: boolean
  readonly expireAfterSeconds?: number
}

/** How long what was said can be followed; the stream itself keeps no longer. */
const historySeconds = 30 * 24 * 3_600

type Publisher = Exclude<ServiceName, 'provisioner'>

const checkpoints: Readonly<Record<Publisher, string>> = {
  gateway: 'gatewayCheckpoints',
  reports: 'reportsCheckpoints',
  mailer: 'mailerCheckpoints',
  'chat-notifier': 'chatNotifierCheckpoints',
  scheduler: 'schedulerCheckpoints',
}

/** Where a service keeps which of its checkpoints each stream has. */
export const checkpointsOf = (service: Publisher) => checkpoints[service]

export const collections: readonly CollectionDeclaration[] = [
  {
    name: 'people',
    owner: 'gateway',
    publishedTo: [],
    fieldsFor: {
      mailer: ['kind', 'name', 'number', 'departmentId', 'mail', 'language', 'zone', 'active'],
      'chat-notifier': ['name'],
    },
    why: 'Patients, doctors and staff, as the hospital knows them',
  },
  {
    name: 'departments',
    owner: 'gateway',
    publishedTo: ['mailer'],
    why: 'Departments',
  },
  {
    name: 'appointments',
    owner: 'gateway',
    publishedTo: ['reports'],
    fieldsFor: {
      mailer: ['status', 'startsAt', 'patient', 'doctor', 'department', 'version'],
      'chat-notifier': ['startsAt', 'patient', 'doctor', 'department'],
    },
    why: 'Appointments with treatments and their outbox',
  },
  {
    name: 'emergencyAccess',
    owner: 'gateway',
    publishedTo: [],
    fieldsFor: { reports: ['doctorId', 'patientId', 'until'] },
    appendOnly: true,
    indexes: [{ key: { doctorId: 1, patientId: 1, until: -1 } }, { key: { at: -1, _id: -1 } }],
    why: 'Which doctor opened whose history without treating them, for how long and why',
  },
  {
    name: 'jobs',
    owner: 'gateway',
    publishedTo: [],
    fieldsFor: { scheduler: ['state', 'fireId'], mailer: ['state', 'fireId'] },
    why: 'What people asked for, and how it went, with its outbox',
  },
  { name: 'accounts', owner: 'gateway', publishedTo: [], why: 'Sign-in names and password hashes' },
  { name: 'sessions', owner: 'gateway', publishedTo: [], why: 'Who is signed in, by hash of the cookie' },
  { name: 'tokens', owner: 'gateway', publishedTo: [], why: 'Machines that may call, by hash of the token' },
  { name: 'systems', owner: 'gateway', publishedTo: [], why: 'Other systems, and what they may say' },
  {
    name: 'intakes',
    owner: 'gateway',
    publishedTo: [],
    appendOnly: true,
    why: 'Events of other systems that were taken, by hash of system, source and id',
  },
  {
    name: 'rejections',
    owner: 'gateway',
    publishedTo: [],
    why: 'What other systems sent and was not taken, as it came, for 30 days',
  },
  {
    name: 'eventResults',
    owner: 'gateway',
    publishedTo: [],
    why: 'What became of the events of other systems, for those systems, for 30 days',
  },
  {
    name: 'signInLinks',
    owner: 'gateway',
    publishedTo: [],
    why: 'Mailed sign-in links that were not used yet, by hash, for 15 minutes',
  },
  { name: 'signInFailures', owner: 'gateway', publishedTo: [], why: 'Slows down who guesses passwords' },
  {
    name: 'audit',
    owner: 'gateway',
    publishedTo: ['reports'],
    appendOnly: true,
    indexes: [
      { key: { at: 1, _id: 1 } },
      { key: { 'chain.writer': 1, 'chain.seq': 1 }, unique: true, sparse: true },
    ],
    why: 'Who did what, to what, when, from where; each entry signed over the one before it',
  },
  {
    name: 'auditHeads',
    owner: 'gateway',
    publishedTo: [],
    appendOnly: true,
    indexes: [{ key: { life: -1, streamSeq: -1 } }, { key: { writer: 1, seq: -1 } }],
    why: 'What was put into the stream of heads, and where: tells when the stream lost something',
  },
  {
    name: 'exports',
    owner: 'reports',
    publishedTo: [],
    fieldsFor: {
      mailer: [
        ...['outcome.file', 'outcome.bytes', 'outcome.expiresAt'],
        ...['input.data.report', 'input.data.role', 'input.data.columns'],
      ],
    },
    why: 'The ledger of files to write',
  },
  {
    name: 'schedules',
    owner: 'gateway',
    publishedTo: ['scheduler', 'mailer'],
    why: 'What is to happen when, with its outbox',
  },
  {
    name: 'campaigns',
    owner: 'gateway',
    publishedTo: ['mailer'],
    why: 'Mail to many: what was asked for, with its outbox',
  },
  {
    name: 'campaignRecipients',
    owner: 'gateway',
    publishedTo: ['mailer'],
    why: 'Rows of uploaded lists',
  },
  {
    name: 'mails',
    owner: 'gateway',
    publishedTo: ['mailer'],
    why: 'Single mails that were asked for, with their outbox',
  },
  {
    name: 'senderTotals',
    owner: 'gateway',
    publishedTo: [],
    why: 'To how many each person sent mail within the last day without anybody’s approval',
  },
  { name: 'consents', owner: 'gateway', publishedTo: ['mailer'], why: 'What people agreed to, by purpose' },
  {
    name: 'suppressionRequests',
    owner: 'gateway',
    publishedTo: ['mailer'],
    why: 'Wishes about the suppression list, with their outbox',
  },
  {
    name: 'bounces',
    owner: 'gateway',
    publishedTo: ['mailer'],
    why: 'Bounces as they were handed in, with their outbox',
  },
  {
    name: 'resolutions',
    owner: 'gateway',
    publishedTo: [],
    why: 'What people decided about deliveries in doubt, with its outbox',
  },
  {
    name: 'deliveries',
    owner: 'mailer',
    publishedTo: ['gateway', 'reports'],
    why: 'The ledger of mails: one document per recipient and occasion',
  },
  {
    name: 'batches',
    owner: 'mailer',
    publishedTo: ['gateway'],
    fieldsFor: { scheduler: ['state'] },
    why: 'The ledger of lists to make: campaigns, reminders, monthly reports',
  },
  {
    name: 'suppressions',
    owner: 'mailer',
    publishedTo: ['gateway'],
    why: 'Addresses that nothing is sent to',
  },
  {
    name: 'mailAllowances',
    owner: 'mailer',
    publishedTo: [],
    why: 'Which mails each mailbox was sent within the last day, by keyed hash of the address',
  },
  { name: 'checks', owner: 'mailer', publishedTo: ['gateway'], why: 'What the nightly check found' },
  {
    name: 'spaces',
    owner: 'gateway',
    publishedTo: ['chat-notifier'],
    why: 'Chat spaces and what they want to hear, with their outbox; webhooks are sealed',
  },
  {
    name: 'postResolutions',
    owner: 'gateway',
    publishedTo: [],
    why: 'What people decided about posts in doubt, with its outbox',
  },
  {
    name: 'posts',
    owner: 'chat-notifier',
    publishedTo: ['gateway'],
    why: 'The ledger of chat messages: one document per space and happening',
  },
  {
    name: 'spaceStates',
    owner: 'chat-notifier',
    publishedTo: ['gateway'],
    why: 'Whose turn a space is, when its next message may leave, and whether it was refused',
  },
  {
    name: 'deadLetters',
    owner: 'gateway',
    publishedTo: [],
    why: 'What no handler could take, what the broker gave up on, and what people decided about it; 90 days',
  },
  { name: 'replayRuns', owner: 'gateway', publishedTo: [], why: 'Replays of many dead letters at once' },
  {
    name: 'said',
    owner: 'gateway',
    publishedTo: [],
    appendOnly: true,
    indexes: [
      { key: { correlationid: 1, at: 1, _id: 1 } },
      { key: { subject: 1 } },
      { key: { at: 1 }, expireAfterSeconds: historySeconds },
    ],
    why: 'Envelopes of what was said, for following it back to its start; 30 days',
  },
  {
    name: 'fires',
    owner: 'scheduler',
    publishedTo: ['gateway', 'mailer'],
    why: 'What was due when, and what became of it, with its outbox',
  },
  ...Object.entries(checkpoints).map(([service, name]) => ({
    name,
    owner: service as Publisher,
    publishedTo: [],
    why: 'Where the streams have the checkpoints of this service, so that a loss shows',
  })),
]

/** The name under which a service reads another's collection: the collection itself, or the view of the fields it needs. */
export function publishedName(collection: string, reader: ServiceName): string {
  const declared = collections.find(({ name }) => name === collection)
  if (declared?.owner === reader || declared?.publishedTo.includes(reader)) return collection
  if (!declared?.fieldsFor?.[reader]) throw new Error(`${collection} is not published to ${reader}`)
  return viewName(collection, reader)
}

export const viewName = (collection: string, reader: ServiceName) =>
  `${collection}_for_${reader.replaceAll('-', '_')}`

/** One of the views through which a service reads what is not its own. */
export interface View {
  readonly name: string
  readonly viewOn: string
  readonly reader: ServiceName
  readonly fields: readonly string[]
}

export const views: readonly View[] = collections.flatMap(({ name: viewOn, fieldsFor = {} }) =>
  Object.entries(fieldsFor).map(([service, fields]) => {
    const reader = service as ServiceName
    return { name: viewName(viewOn, reader), viewOn, reader, fields }
  }),
)

const date = (description: string) => Type.Unsafe<Date>({ bsonType: 'date', description })
const optionalDate = (description: string) => Type.Optional(date(description))

/** Somebody as an appointment carries them: written at booking, renewed when they are renamed. */
const shownPerson = Type.Object({ id: identifier('The person'), name: Type.String(), number: Type.String() })

/** `people`: patients, doctors and staff in one collection; `kind` tells them apart. */
export const personDocument = Type.Object({
  _id: identifier('The person'),
  kind: Type.Union([Type.Literal('patient'), Type.Literal('doctor'), Type.Literal('staff')]),
  name: Type.String(),
  number: Type.String({ description: 'Hospital number of a patient, registration number of a doctor' }),
  departmentId: Type.Optional(identifier('Where a doctor works')),
  mail: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  language: Type.Union([Type.Literal('en'), Type.Literal('hi')]),
  zone: Type.String({ description: 'IANA zone' }),
  active: Type.Boolean(),
  version: Type.Integer(),
  createdAt: date('When it was entered'),
})
export type PersonDocument = Static<typeof personDocument>

/** `departments` */
export const departmentDocument = Type.Object({
  _id: identifier('The department'),
  name: Type.String(),
  active: Type.Boolean(),
  version: Type.Integer(),
})
export type DepartmentDocument = Static<typeof departmentDocument>

/**
 * `appointments`: one flat document that lists and exports read without `$lookup`. `fee` is a Decimal128 in the
 * database. Beside these fields it carries its outbox, which is nobody's business but the gateway's.
 */
export const appointmentDocument = Type.Object({
  _id: identifier('The appointment'),
  status: appointmentStatus,
  startsAt: date('When it begins'),
  minutes: Type.Integer(),
  patient: shownPerson,
  doctor: shownPerson,
  department: Type.Object({ id: identifier('The department'), name: Type.String() }),
  reason: Type.String(),
  fee: Type.Unsafe<{ toString(): string }>({ bsonType: 'decimal' }),
  bookedAt: date('When it was made'),
  bookedBy: Type.Optional(
    Type.String({ description: 'Who made it: a person, or the other system that told of it' }),
  ),
  checkedAt: optionalDate('When the doctor marked it'),
  checkedBy: Type.Optional(Type.String({ description: 'Who marked it: a person, or another system' })),
  diagnosis: Type.Optional(Type.String()),
  prescription: Type.Optional(Type.String()),
  nextVisit: Type.Optional(Type.String({ description: 'A day, YYYY-MM-DD' })),
  cancelledAt: optionalDate('When it was called off'),
  cancelReason: Type.Optional(Type.String()),
  origin: Type.Optional(saidElsewhere),
  version: Type.Integer(),
})
export type AppointmentDocument = Static<typeof appointmentDocument>

/** `emergencyAccess`: a doctor opened the history of somebody whom they do not treat. Written once, and never changed. */
export const emergencyAccessDocument = Type.Object({
  _id: identifier('The access'),
  doctorId: identifier('Who opened it'),
  patientId: identifier('Whose history'),
  reason: Type.String({ description: 'As the doctor typed it, for admins' }),
  at: date('When it was opened'),
  until: date('When it ends'),
})
export type EmergencyAccessDocument = Static<typeof emergencyAccessDocument>
