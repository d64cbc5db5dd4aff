import { type Static, type TObject, type TProperties, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { instant } from './identifier.ts'

/** What every event says about itself: CloudEvents 1.0 attributes under CloudEvents' own names. */
export const envelope = Type.Object({
  id: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'Unique per occurrence; a second copy is known by it',
  }),
  source: Type.String({ minLength: 1, maxLength: 200, description: 'The service or system that says so' }),
  type: Type.String({ minLength: 1, maxLength: 100 }),
  subject: Type.String({ minLength: 1, maxLength: 200, description: 'What it is about, by identifier' }),
  time: instant('When it happened'),
  correlationid: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'Same on all that one request set off',
  }),
  causationid: Type.Optional(Type.String({ maxLength: 200, description: 'The event that led to this one' })),
  traceparent: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
      description: 'W3C trace context',
    }),
  ),
})

const envelopeValidator = Compile(envelope)

/** One thing that happened, as services pass it around; the wire form is made by `cloudevents.ts`. */
export type HospitalEvent<Kind extends string = string, Data = unknown> = Omit<
  Static<typeof envelope>,
  'type'
> & {
  readonly type: Kind
  readonly data: Data
}

/** One kind of event, with everything that is known about it; made by `defineEvent`. */
export interface EventContract<Kind extends string = string, Data extends TObject = TObject> {
  readonly type: Kind
  /** The field of `data` that holds the aggregate's identifier; it becomes the envelope's `subject`. */
  readonly about: string
  /** A sentence for people: when it happens, and what it does not carry. */
  readonly when: string
  readonly data: Data
  /** False for what travels on core NATS only and is stored nowhere. */
  readonly kept: boolean
  /** Its subject on the bus ends with the aggregate's identifier, so that one aggregate can be heard alone. */
  readonly addressed: boolean
  /** What is wrong with this data, one line per fault with its JSON pointer; empty when nothing is. */
  faults(data: unknown): string[]
}

/** The event that a contract describes. */
export type EventOf<Contract> =
  Contract extends EventContract<infer Kind, infer Data> ? HospitalEvent<Kind, Static<Data>> : never

/**
 * Declares one kind of event: its name, when it happens, what it is about and what it carries.
 *
 * Adding an optional field is safe. Anything else is a new type, `appointment.checked.v2`, because old copies stay in
 * the stream and have to remain readable; `test/released-schemas.test.ts` fails on a breaking change.
 */
export function defineEvent<const Kind extends string, Fields extends TProperties>(definition: {
  type: Kind
  about: keyof Fields & string
  when: string
  data: Fields
  kept?: boolean
  addressed?: boolean
}): EventContract<Kind, TObject<Fields>> {
  const data = Type.Object(definition.data)
  const validator = Compile(data)
  return {
    kept: true,
    addressed: false,
    ...definition,
    data,
    faults: (value) => (validator.Check(value) ? [] : faultLines(validator.Errors(value))),
  }
}

/** What is wrong with an envelope, one line per fault; empty when nothing is. */
export function envelopeFaults(value: unknown): string[] {
  return envelopeValidator.Check(value) ? [] : faultLines(envelopeValidator.Errors(value))
}

/** JetStream subject of an event type that is not addressed: `hospital.` + type. */
export const subjectOf = (type: string) => `hospital.${type}`

/** Every subject that events of this contract travel on; those of an addressed one end with any identifier. */
export const subjectPattern = ({ type, addressed }: Pick<EventContract, 'type' | 'addressed'>) =>
  addressed ? `${familyOf(type)}.*` : subjectOf(type)

/** The subject that one event travels on, such as `hospital.tick.<schedule id>`. */
export const subjectFor = (
  { type, subject }: Pick<HospitalEvent, 'type' | 'subject'>,
  { addressed }: Pick<EventContract, 'addressed'>,
) => (addressed ? `${familyOf(type)}.${subject}` : subjectOf(type))

const familyOf = (type: string) => subjectOf(type.slice(0, type.indexOf('.')))

/** Ticks have a stream of their own: they are short-lived, and only few hear them. */
export const isTick = ({ type }: Pick<EventContract, 'type'>) => type.startsWith('tick.')

/** The name of a type's schema, used in `ce-dataschema` and as `$id`. A name, not an address: gateways move. */
export const schemaNameOf = (type: string) => `urn:rounds:schema:${type}:v1`

/** One line per fault, with its JSON pointer. */
export function faultLines(errors: Iterable<{ instancePath: string; message: string }>): string[] {
  return Array.from(errors, ({ instancePath, message }) => `${instancePath || '/'} ${message}`)
}
