import { createHash } from 'node:crypto'
import {
  type ConsumerDeclaration,
  consumers,
  contractOf,
  type DeadLetterKind,
  type DeadLetterState,
  readableAttributes,
  type ServiceName,
  sourceOf,
} from '@rounds/contracts'
import type { Gathered, Parcel } from '@rounds/messaging'

/** What a consumer could not take, or what the broker says of a message that ended unhandled. */
export interface DeadLetter {
  readonly _id: string
  readonly kind: DeadLetterKind
  readonly state: DeadLetterState
  readonly consumer: string
  readonly service: string
  /** Of the event, when it is one of ours. */
  readonly type: string
  readonly reason: string
  readonly deliveries: number
  /** Where the message lay. Sequences begin anew in a new stream, so this names it only together with a time. */
  readonly stream: string
  readonly sequence: number
  readonly firstAt: Date
  readonly diedAt: Date
  /** Attributes as far as they can be read. */
  readonly attributes: Readonly<Record<string, string>>
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Uint8Array
  /** Of the body as it was sent. */
  readonly bytes: number
  readonly isCut: boolean
  readonly replayOf?: string
  /** Of an advisory: the letter in which its message lies. */
  readonly letterId?: string
  readonly replay?: Replay
  readonly discard?: { readonly by: string; readonly at: Date; readonly reason: string }
  /** Until when it is kept. */
  readonly keepUntil: Date
}

/** A letter on its way back to the consumer that could not take it. */
export interface Replay {
  readonly as: 'same' | 'new'
  readonly by: string
  readonly at: Date
  readonly eventId?: string
  readonly runId?: string
  /** What goes out when it is not the letter itself. */
  readonly edited?: Pick<Parcel, 'headers' | 'body'>
  /** The wish that asked for it, so that asking again is known. */
  readonly wish: string
  /** The stream's incarnation that has it. */
  readonly sentTo?: string
  readonly sequence?: number
  readonly sentAt?: Date
}

const keepMs = 90 * 24 * 3_600_000
const longestReason = 1_000

/** A dead letter as it is kept. Never throws, whatever lay there. */
export function letterOf({ parcel, stream, sequence, storedAt }: Gathered): DeadLetter {
  const known = new Map(Object.entries(parcel.headers).map(([name, value]) => [name.toLowerCase(), value]))
  const headers = Object.entries(parcel.headers).filter(([name]) => !isAboutItsDeath(name))
  const attributes = readableAttributes({ headers: Object.fromEntries(headers), body: parcel.body })
  // Not after it came: a clock that runs ahead, or a forged letter, would stand above all others for ever.
  const diedAt = earlier(instantIn(known.get('rounds-dead-time')) ?? storedAt, storedAt)
  // `dead:<consumer>:<stream>:<sequence>:<nanoseconds>`: the same however often it was buried or is gathered.
  const name = known.get('nats-msg-id') ?? `${stream}:${sequence}:${storedAt.getTime()}`
  const place = /^dead:([\w-]+):(\w+):(\d+):(\d+)$/.exec(name)
  const nanos = place ? Number(place[4]) : 0
  const cut = wholeNumber(known.get('rounds-dead-bytes'))
  const replayOf = known.get('rounds-replay-of')
  const service = shortened(parcel.subject.split('.')[1] ?? 'unknown', 64)
  const consumer = consumers.find(({ durable }) => durable === known.get('rounds-dead-consumer'))
  const isForged = !isWrittenBy(service, known.get('rounds-dead-producer'), consumer)
  return {
    _id: deadLetterIdOf(name),
    kind: 'letter',
    state: 'open',
    consumer: isForged ? 'unknown' : shortened(known.get('rounds-dead-consumer') ?? 'unknown', 64),
    service,
    type: contractOf(attributes.type ?? '')?.type ?? 'unknown',
    reason: shortened(
      isForged
        ? 'Not written by the service whose name it bears: subject, producer and consumer disagree'
        : (known.get('rounds-dead-reason') ?? 'nobody said why'),
      longestReason,
    ),
    deliveries: wholeNumber(known.get('rounds-dead-deliveries')),
    stream: place?.[2] ?? stream,
    sequence: place ? wholeNumber(place[3]) : sequence,
    firstAt: nanos > 0 ? earlier(new Date(nanos / 1e6), diedAt) : diedAt,
    diedAt,
    attributes,
    headers,
    body: parcel.body,
    bytes: cut > 0 ? cut : parcel.body.byteLength,
    isCut: cut > 0,
    ...(replayOf !== undefined && /^[\w-]{1,64}$/.test(replayOf) ? { replayOf } : {}),
    keepUntil: new Date(storedAt.getTime() + keepMs),
  }
}

/**
 * The broker lets a service publish its own dead letters only, but delivers fetched messages wherever a request's reply
 * subject says. So the subject, the producer and the consumer must name one service; a consumer that is gone names none.
 */
function isWrittenBy(
  service: string,
  producer: string | undefined,
  consumer: ConsumerDeclaration | undefined,
): boolean {
  return producer === sourceOf(service as ServiceName) && (!consumer || consumer.service === service)
}

/** What the broker says of a message that ended unhandled; nothing when it is no such saying. Never throws. */
export function advisoryOf({ parcel, stream, sequence, storedAt }: Gathered): DeadLetter | undefined {
  const kind = parcel.subject.includes('.MAX_DELIVERIES.') ? 'max deliveries' : 'terminated'
  const said = jsonIn(parcel.body)
  const text = (name: string) => (typeof said[name] === 'string' ? String(said[name]) : undefined)
  const consumer = text('consumer')
  if (consumer === undefined) return undefined
  const diedAt = earlier(instantIn(text('timestamp')) ?? storedAt, storedAt)
  return {
    _id: deadLetterIdOf(`advisory:${text('id') ?? `${stream}:${sequence}:${storedAt.getTime()}`}`),
    kind,
    state: 'open',
    consumer: shortened(consumer, 64),
    service: consumers.find(({ durable }) => durable === consumer)?.service ?? 'unknown',
    type: 'unknown',
    reason:
      kind === 'max deliveries'
        ? 'the broker delivered it as often as it may and gave up'
        : shortened(text('reason') ?? 'its consumer ended it', longestReason),
    deliveries: wholeNumber(said.deliveries),
    stream: shortened(text('stream') ?? 'unknown', 64),
    sequence: wholeNumber(said.stream_seq),
    firstAt: diedAt,
    diedAt,
    attributes: {},
    headers: [],
    body: new Uint8Array(),
    bytes: 0,
    isCut: false,
    keepUntil: new Date(storedAt.getTime() + keepMs),
  }
}

/** An advisory and the letter of its message die so near to each other; a sequence comes again in a new stream, hence the times. */
export const nearMs = 10 * 60_000

export const consumerOf = ({ consumer }: Pick<DeadLetter, 'consumer'>): ConsumerDeclaration | undefined =>
  consumers.find(({ durable }) => durable === consumer)

/** Why a letter cannot go back as it is; nothing when it can. */
export function unfitToReplay(letter: DeadLetter): string | undefined {
  if (letter.kind !== 'letter') return 'The broker kept no message with this: there is nothing to replay.'
  if (letter.consumer === 'unknown') return 'Nobody knows who wrote this: it goes back to nobody.'
  if (!consumerOf(letter)) return 'Nobody hears in its consumer’s name any more.'
  return undefined
}

/** The message that goes back to the consumer. It says of which letter it is, so that a second death is told as one. */
export function replayed({ _id, headers, body, replay }: DeadLetter): Pick<Parcel, 'headers' | 'body'> {
  const sent = replay?.edited ?? { headers: Object.fromEntries(headers), body }
  return { body: sent.body, headers: { ...sent.headers, 'rounds-replay-of': _id } }
}

export function deadLetterIdOf(name: string): string {
  return `d-${createHash('sha256').update(name).digest('base64url').slice(0, 32)}`
}

const isAboutItsDeath = (name: string) => /^(rounds-dead-|rounds-replay-|nats-)/i.test(name)
const earlier = (one: Date, other: Date) => (one < other ? one : other)
const shortened = (text: string, most: number) => text.slice(0, most)

function instantIn(text: string | undefined): Date | undefined {
  const instant = new Date(text ?? '')
  return Number.isNaN(instant.getTime()) ? undefined : instant
}

function wholeNumber(value: unknown): number {
  const number = Number(value)
  return Number.isSafeInteger(number) && number >= 0 ? number : 0
}

function jsonIn(body: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
