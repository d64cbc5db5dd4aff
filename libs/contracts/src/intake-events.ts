import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { type CloudEvent, type Opened, openCloudEvent, type WireMessage } from './cloudevents.ts'
import { defineEvent, type EventContract, faultLines } from './event.ts'
import { identifier, instant } from './identifier.ts'
import { type IntakeType, intakeType, type RejectionCode } from './intake-words.ts'

/** A number by which the hospital knows somebody, and which other systems know too. */
const hospitalNumber = (description: string) =>
  Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9/-]+$', description })

const whoAndWhen = {
  appointmentNumber: Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: '^[\\x21-\\x7e]+$',
    description: 'What the system itself calls the appointment. Names nobody',
  }),
  patientNumber: hospitalNumber('Hospital number of the patient'),
  doctorNumber: hospitalNumber('Registration number of the doctor'),
  departmentId: Type.Optional(identifier('Where, as Rounds calls it; else where the doctor works')),
  startsAt: instant('When it begins'),
  minutes: Type.Integer({ minimum: 1, maximum: 480, description: 'How long it takes' }),
  version: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 2 ** 50,
      description:
        'Grows with each change of the appointment: the highest is what holds. Without it the latest `time` is; give it always or never',
    }),
  ),
}

const about = 'appointmentNumber'

/**
 * What another system may say of its appointments. Each carries all that the system knows, so that any of them can be
 * the first that Rounds hears, and a late one does no harm.
 */
export const intakeEvents = [
  defineEvent({
    type: 'appointment.booked',
    about,
    when: 'Another system made an appointment.',
    data: whoAndWhen,
  }),
  defineEvent({
    type: 'appointment.rescheduled',
    about,
    when: 'Another system moved an appointment, or gave it to another doctor.',
    data: whoAndWhen,
  }),
  defineEvent({
    type: 'appointment.cancelled',
    about,
    when: 'Another system called an appointment off.',
    data: whoAndWhen,
  }),
  defineEvent({
    type: 'appointment.checked',
    about,
    when: "The doctor has seen the patient, as another system knows: FHIR's `fulfilled`, not its `checked-in`.",
    data: {
      ...whoAndWhen,
      checkedAt: Type.Optional(instant('When the doctor marked it; else the event’s time')),
    },
  }),
  defineEvent({
    type: 'appointment.missed',
    about,
    when: "The patient did not come, as another system knows: FHIR's `noshow`.",
    data: whoAndWhen,
  }),
] as const satisfies readonly EventContract[]

const byType = new Map<string, EventContract>(intakeEvents.map((contract) => [contract.type, contract]))

/** The contract of what other systems say, by type. */
export const intakeContractOf = (type: string): EventContract | undefined => byType.get(type)

/** The name of the schema of what other systems say; our own event of the same type has another one. */
export const intakeSchemaNameOf = (type: string) => `urn:rounds:schema:intake.${type}:v1`

const intakeEnvelope = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 200 }),
  source: Type.String({ minLength: 1, maxLength: 200 }),
  type: Type.String({ minLength: 1, maxLength: 100 }),
  time: instant('When it happened'),
  dataschema: Type.Optional(Type.String({ maxLength: 200 })),
  traceparent: Type.Optional(Type.String({ maxLength: 200 })),
})
const envelopeValidator = Compile(intakeEnvelope)

/** What any of them carries; that only `appointment.checked` has `checkedAt` is said by its own contract. */
export const appointmentEventData = intakeEvents[3].data

/** One of them as structured mode writes it, for the description of the HTTP door. */
export const appointmentEvent = Type.Object({
  specversion: Type.Literal('1.0'),
  ...intakeEnvelope.properties,
  type: intakeType,
  datacontenttype: Type.Optional(Type.Literal('application/json')),
  data: appointmentEventData,
})

type IntakeData = Static<(typeof intakeEvents)[3]['data']>

/** What another system said, checked against its contract. */
export interface IntakeEvent {
  readonly id: string
  readonly source: string
  readonly type: IntakeType
  readonly time: string
  readonly traceparent?: string
  readonly data: IntakeData
}

/** Why something is none of the events that we take. For machines; the faults tell where, and quote no value. */
export interface NotTaken {
  readonly code: RejectionCode
  readonly faults: readonly string[]
}

/** Opens what another system sent, in either mode of CloudEvents. Never throws. */
export function openIntake(message: WireMessage): IntakeEvent | NotTaken {
  const opened: Opened = openCloudEvent(message)
  return 'faults' in opened ? { code: 'NOT_AN_EVENT', faults: opened.faults } : readIntake(opened.event)
}

/** The same for an event of a batch, which is an object already. */
export function readIntake(event: CloudEvent): IntakeEvent | NotTaken {
  if (!envelopeValidator.Check(event))
    return { code: 'NOT_AN_EVENT', faults: faultLines(envelopeValidator.Errors(event)) }
  const { id, source, type, time, dataschema, traceparent, data } = event as CloudEvent &
    Static<typeof intakeEnvelope>
  const contract = intakeContractOf(type)
  if (!contract) return { code: 'UNKNOWN_TYPE', faults: ['/type is none of those that are taken here'] }
  if (dataschema?.startsWith('urn:rounds:') && dataschema !== intakeSchemaNameOf(type))
    return { code: 'OTHER_SCHEMA', faults: ['/dataschema is not the one that is taken here'] }
  const faults = contract.faults(data).map((fault) => `/data${fault}`)
  if (faults.length > 0) return { code: 'INVALID_DATA', faults }
  return {
    id,
    source,
    type: type as IntakeType,
    time,
    ...(traceparent === undefined ? {} : { traceparent }),
    data: data as IntakeData,
  }
}
