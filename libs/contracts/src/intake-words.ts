import { type Static, Type } from 'typebox'

/** How another system is named: in subjects, streams and accounts of the broker, hence this narrow. */
export const systemIdPattern = '^[a-z][a-z0-9]{1,19}$'
export const systemId = Type.String({
  pattern: systemIdPattern,
  description: 'The system, such as `lis`',
})

/** What another system may say of its appointments. */
export const intakeType = Type.Union([
  Type.Literal('appointment.booked'),
  Type.Literal('appointment.rescheduled'),
  Type.Literal('appointment.cancelled'),
  Type.Literal('appointment.checked'),
  Type.Literal('appointment.missed'),
])
export type IntakeType = Static<typeof intakeType>
export const intakeTypes: readonly IntakeType[] = intakeType.anyOf.map((one) => one.const)

/** Why something that another system said was not taken. For machines. */
export const rejectionCode = Type.Union([
  Type.Literal('NOT_AN_EVENT'),
  Type.Literal('UNKNOWN_TYPE'),
  Type.Literal('OTHER_SCHEMA'),
  Type.Literal('INVALID_DATA'),
  Type.Literal('SYSTEM_REVOKED'),
  Type.Literal('TYPE_NOT_YOURS'),
  Type.Literal('SOURCE_NOT_YOURS'),
  Type.Literal('TIME_AHEAD'),
  Type.Literal('UNKNOWN_PATIENT'),
  Type.Literal('UNKNOWN_DOCTOR'),
  Type.Literal('UNKNOWN_DEPARTMENT'),
  Type.Literal('CHECKED_HERE'),
  Type.Literal('NOT_HANDLED'),
])
export type RejectionCode = Static<typeof rejectionCode>
