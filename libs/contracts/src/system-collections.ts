import { type Static, Type } from 'typebox'
import { identifier } from './identifier.ts'
import { intakeType, rejectionCode, systemId } from './intake-words.ts'

const date = (description: string) => Type.Unsafe<Date>({ bsonType: 'date', description })

/** `systems`: other systems that may say something, and what. Secrets are kept by hash, or not at all. */
export const systemDocument = Type.Object({
  _id: systemId,
  name: Type.String(),
  types: Type.Array(intakeType),
  sources: Type.Array(Type.String(), {
    description: 'As they are written; a `*` at the end stands for any rest',
  }),
  tokenHash: Type.String(),
  natsKey: Type.Optional(
    Type.String({ description: 'Public part of the key it signs in to the broker with' }),
  ),
  createdAt: date('When it was let in'),
  createdBy: identifier('Who let it in'),
  revokedAt: Type.Optional(date('When it was shut out')),
})
export type SystemDocument = Static<typeof systemDocument>

/** `intakes`: every event that was taken, known for ever by its system, source and id. */
export const intakeDocument = Type.Object({
  _id: Type.String({ description: 'Hash of system, source and id' }),
  system: systemId,
  appointmentId: identifier('What it was about'),
  at: date('When it was taken'),
})
export type IntakeDocument = Static<typeof intakeDocument>

/** `rejections`: what was not taken, as it came. It may name people, so it never travels and is gone after 30 days. */
export const rejectionDocument = Type.Object({
  _id: Type.String({ description: 'Hash of system, code and what came: the same again is counted' }),
  system: systemId,
  door: Type.Union([Type.Literal('nats'), Type.Literal('http')]),
  code: rejectionCode,
  faults: Type.Array(Type.String()),
  type: Type.Optional(Type.String({ description: 'Where it is one of those that are taken' })),
  raw: Type.Unsafe<Uint8Array>({
    bsonType: 'binData',
    description: 'Headers and body, cut when they are long',
  }),
  bytes: Type.Integer({ description: 'How long it was' }),
  times: Type.Integer({ description: 'How often it came' }),
  firstAt: date('When it came first'),
  lastAt: date('When it came last'),
  expiresAt: date('When it goes'),
})
export type RejectionDocument = Static<typeof rejectionDocument>

/** `eventResults`: what became of each event, for the system that sent it, for 30 days. */
export const eventResultDocument = Type.Object({
  _id: Type.String({
    description: 'Hash of system, source and id; of what has none, the `_id` of the rejection',
  }),
  system: systemId,
  eventId: Type.Optional(Type.String()),
  source: Type.Optional(Type.String()),
  type: Type.Optional(Type.String({ description: 'Where it is one of those that are taken' })),
  door: Type.Union([Type.Literal('nats'), Type.Literal('http')]),
  result: Type.Union([Type.Literal('accepted'), Type.Literal('rejected')]),
  appointmentId: Type.Optional(identifier('What it was about')),
  code: Type.Optional(rejectionCode),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
  at: date('When it came'),
  expiresAt: date('When it goes'),
})
export type EventResultDocument = Static<typeof eventResultDocument>

/** Which event of another system an appointment stands at: of two the greater one holds, whichever came first. */
export const saidElsewhere = Type.Object({
  system: systemId,
  appointmentNumber: Type.String({ description: 'What that system calls it' }),
  version: Type.Integer({ description: '0 where it gives none' }),
  at: date('The event’s time'),
  key: Type.String({ description: 'The event’s `_id` in `intakes`' }),
  status: Type.String({
    description: 'What the system holds of it; what was done here may have gone on from there',
  }),
})
