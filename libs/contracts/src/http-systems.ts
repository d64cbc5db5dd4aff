import { type Static, Type } from 'typebox'
import { broken, nextPage, pageQuery } from './http-problem.ts'
import { identifier, instant } from './identifier.ts'
import { intakeType, intakeTypes, rejectionCode, systemId } from './intake-words.ts'
import { line } from './text.ts'

const closed = { additionalProperties: false }
const source = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'As events carry it; a `*` at the end stands for any rest',
})
const natsKey = Type.String({
  pattern: '^U[A-Z2-7]{55}$',
  description: 'Public NKey of its user at the broker; without one it comes by HTTP only',
})

export const newSystem = Type.Object(
  {
    systemId,
    name: line({ maxLength: 100 }),
    types: Type.Array(intakeType, { minItems: 1, maxItems: intakeTypes.length, uniqueItems: true }),
    sources: Type.Array(source, { minItems: 1, maxItems: 20, uniqueItems: true }),
    natsKey: Type.Optional(natsKey),
  },
  closed,
)
export type NewSystem = Static<typeof newSystem>

export const system = Type.Object({
  systemId,
  name: Type.String(),
  types: Type.Array(intakeType),
  sources: Type.Array(Type.String()),
  natsKey: Type.Optional(Type.String()),
  createdAt: instant('When it was let in'),
  revokedAt: Type.Optional(instant('When it was shut out')),
})
export type System = Static<typeof system>
export const systemMade = Type.Interface([system], {
  secret: Type.String({ description: 'Its token, shown this once' }),
})
export const systemList = Type.Object({ items: Type.Array(system), broken })

/** What became of one event. A rejected one may be sent again once the reason is gone; a taken one is known for ever. */
export const eventResult = Type.Object({
  id: Type.Optional(Type.String({ description: 'The event’s, where it has one' })),
  result: Type.Union([Type.Literal('accepted'), Type.Literal('duplicate'), Type.Literal('rejected')]),
  appointmentId: Type.Optional(identifier('What Rounds calls the appointment')),
  code: Type.Optional(rejectionCode),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
})
export type EventResult = Static<typeof eventResult>
export const eventResults = Type.Object({
  results: Type.Array(eventResult, { description: 'In the order of the batch' }),
})

/** What became of an event, asked for later. A duplicate is not told: what came first stands here. */
export const eventOutcome = Type.Object({
  id: Type.Optional(Type.String({ description: 'The event’s, where it has one' })),
  source: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  door: Type.Union([Type.Literal('nats'), Type.Literal('http')]),
  result: Type.Union([Type.Literal('accepted'), Type.Literal('rejected')]),
  appointmentId: eventResult.properties.appointmentId,
  code: eventResult.properties.code,
  errors: eventResult.properties.errors,
  at: instant('When it came; of a rejected one, when it came last'),
  expiresAt: instant('When this is forgotten'),
})
export type EventOutcome = Static<typeof eventOutcome>
export const eventOutcomeList = Type.Object({ items: Type.Array(eventOutcome), next: nextPage, broken })
export const eventOutcomeQuery = Type.Object(
  { ...pageQuery, result: Type.Optional(Type.Union([Type.Literal('accepted'), Type.Literal('rejected')])) },
  closed,
)

export const rejection = Type.Object({
  rejectionId: Type.String(),
  system: systemId,
  door: Type.Union([Type.Literal('nats'), Type.Literal('http')]),
  code: rejectionCode,
  faults: Type.Array(Type.String()),
  type: Type.Optional(Type.String()),
  bytes: Type.Integer(),
  times: Type.Integer({ description: 'How often it came' }),
  firstAt: instant('When it came first'),
  lastAt: instant('When it came last'),
  expiresAt: instant('When it is forgotten'),
})
export type Rejection = Static<typeof rejection>
export const rejectionQuery = Type.Object({ ...pageQuery, system: Type.Optional(systemId) }, closed)
export const rejectionList = Type.Object({ items: Type.Array(rejection), next: nextPage, broken })
export const openedRejection = Type.Interface([rejection], {
  raw: Type.String({ description: 'Headers and body as they came, cut when they are long' }),
})
