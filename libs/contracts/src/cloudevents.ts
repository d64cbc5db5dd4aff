import { envelopeFaults, type HospitalEvent, schemaNameOf } from './event.ts'
import { contractOf } from './events.ts'
import { isTooDeep } from './nesting.ts'
import { strangerInLine } from './text.ts'

/**
 * CloudEvents 1.0 over NATS, both content modes of the protocol binding (cloudevents/spec:
 * bindings/nats-protocol-binding.md). Its version 1.0.2 knows structured mode alone and no headers, the next one adds
 * binary mode: so a message without any attribute in a header is structured, as sdk-go sends it.
 */
export interface WireMessage {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** An event as somebody wrote it: attributes by name, and data. Nothing of it is checked. */
export type CloudEvent = Readonly<Record<string, unknown>>

/** What could be read of a message, or why nothing could. */
export type Opened = { readonly event: CloudEvent } | { readonly faults: readonly string[] }

/** What arrived: an event of ours, or the reasons why it is none, one line per fault. */
export type Decoded = { readonly event: HospitalEvent } | { readonly faults: readonly string[] }

/** Larger data than this is refused at both ends: an event carries identifiers, and those are short. */
export const maxDataBytes = 64 * 1024

const attributes = ['id', 'source', 'type', 'subject', 'time', 'correlationid', 'causationid'] as const
const utf8 = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Binary mode: every attribute in a `ce-` header, percent-encoded; the body is the JSON data alone. */
export function encodeEvent(event: HospitalEvent): WireMessage {
  const headers: Record<string, string> = {
    'ce-specversion': '1.0',
    'ce-datacontenttype': 'application/json',
    'ce-dataschema': schemaNameOf(event.type),
  }
  for (const name of attributes) {
    const value = event[name]
    if (value !== undefined) headers[`ce-${name}`] = percentEncode(value)
  }
  if (event.traceparent !== undefined) headers.traceparent = event.traceparent
  return { headers, body: utf8.encode(JSON.stringify(event.data)) }
}

/**
 * Understands both modes and checks envelope, type and data. Nothing is thrown: what a stranger sent is answered with
 * the faults, and none of them quotes a value, since values may name people.
 */
export function decodeEvent(message: WireMessage): Decoded {
  const opened = openCloudEvent(message)
  if ('faults' in opened) return opened
  const { dataschema: _schema, ...event } = opened.event
  return checked(event as unknown as HospitalEvent)
}

/** Reads a message of either mode, and checks nothing but that it can be read and its attributes kept. Never throws. */
export function openCloudEvent(message: WireMessage): Opened {
  const headers = lowerCased(message.headers)
  if (message.body.byteLength > maxDataBytes) {
    return { faults: [`/data is ${message.body.byteLength} bytes, more than ${maxDataBytes}`] }
  }
  const json = parse(message.body)
  if ('fault' in json) return { faults: [json.fault] }
  return isStructured(headers) ? openStructured(json.value) : fromBinary(headers, json.value)
}

/**
 * Attributes as far as they can be read, whatever else is wrong with a message: for showing where it came from. Nothing is
 * checked but that each is a text of sensible length.
 */
export function readableAttributes(message: WireMessage): Readonly<Record<string, string>> {
  const headers = lowerCased(message.headers)
  const parsed = isStructured(headers) ? parse(message.body) : { fault: 'binary' }
  const source =
    'value' in parsed && typeof parsed.value === 'object' && parsed.value !== null ? parsed.value : {}
  const written = attributes.map((name) => [name, percentDecode(headers.get(`ce-${name}`) ?? '')])
  return readableNames({ ...Object.fromEntries(written), ...source })
}

/** The same of an event that is an object already. */
export function readableNames(
  event: CloudEvent,
): Readonly<Partial<Record<(typeof attributes)[number], string>>> {
  return Object.fromEntries(
    attributes.flatMap((name) => {
      const value = Object.hasOwn(event, name) ? event[name] : undefined
      return typeof value === 'string' && isReadable(value) ? [[name, value]] : []
    }),
  )
}

const isReadable = (value: string) => value.length > 0 && value.length <= 200 && !strangerInLine(value)

/** What a message carries, when it is JSON; whether that is as it should be is `decodeEvent`'s matter. */
export function readableData(message: WireMessage): unknown {
  const parsed = parse(message.body)
  if ('fault' in parsed) return undefined
  const { value } = parsed
  if (!isStructured(lowerCased(message.headers))) return value
  return typeof value === 'object' && value !== null && 'data' in value ? value.data : undefined
}

function isStructured(headers: ReadonlyMap<string, string>): boolean {
  if (headers.get('content-type')?.toLowerCase().startsWith('application/cloudevents')) return true
  return !headers.keys().some((name) => name.startsWith('ce-'))
}

/** Checks an event that is already an object: envelope first, then whether we know the type, then its data. */
export function checked(event: HospitalEvent): Decoded {
  const envelope = envelopeFaults(event)
  if (envelope.length > 0) return { faults: envelope }
  const contract = contractOf(event.type)
  if (!contract) return { faults: ['/type is none of ours'] }
  const faults = contract.faults(event.data).map((fault) => `/data${fault}`)
  return faults.length > 0 ? { faults } : { event }
}

function fromBinary(headers: ReadonlyMap<string, string>, data: unknown): Opened {
  if (headers.get('ce-specversion') !== '1.0') return { faults: ['/specversion is not 1.0'] }
  const event: Record<string, unknown> = { data }
  for (const name of [...attributes, 'dataschema']) {
    const raw = headers.get(`ce-${name}`)
    if (raw === undefined) continue
    const value = percentDecode(raw)
    if (value === undefined) return { faults: [`/${name} is not percent-encoded UTF-8`] }
    event[name] = value
  }
  const traceparent = headers.get('traceparent') ?? headers.get('ce-traceparent')
  if (traceparent !== undefined) event.traceparent = traceparent
  return withWritableAttributes(event)
}

/** The same for an event in JSON, such as one of a batch. */
export function openStructured(value: unknown): Opened {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { faults: ['/ is not an object'] }
  if (isTooDeep(value)) return { faults: [tooDeep] }
  const source = value as Record<string, unknown>
  if (source.specversion !== '1.0') return { faults: ['/specversion is not 1.0'] }
  const data = dataOf(source)
  if ('fault' in data) return { faults: [data.fault] }
  const event: Record<string, unknown> = { data: data.value }
  // The JSON format lets a producer write an attribute that is not set as null.
  for (const name of [...attributes, 'dataschema', 'traceparent'])
    if (source[name] !== undefined && source[name] !== null) event[name] = source[name]
  return withWritableAttributes(event)
}

/** No attribute has control characters (CloudEvents 1.0, String), and as elsewhere no line has what cannot be seen. */
function withWritableAttributes(event: CloudEvent): Opened {
  const faults: string[] = []
  for (const name in event) {
    const value = event[name]
    const stranger = typeof value === 'string' && name !== 'data' ? strangerInLine(value) : undefined
    if (stranger) faults.push(`/${name} has ${stranger}, which no attribute may have`)
  }
  return faults.length > 0 ? { faults } : { event }
}

/** JSON that a producer took for bytes, as sdk-go does with what it was given encoded, is in `data_base64`. */
function dataOf(source: Readonly<Record<string, unknown>>): { value: unknown } | { fault: string } {
  const { data, data_base64: encoded, datacontenttype: type } = source
  if (encoded === undefined || encoded === null) return { value: data }
  if (data !== undefined && data !== null) return { fault: '/data_base64 is beside /data' }
  if (typeof (type ?? '') !== 'string' || !isJson.test(String(type ?? 'application/json')))
    return { fault: '/datacontenttype is not JSON' }
  if (typeof encoded !== 'string' || !isBase64.test(encoded)) return { fault: '/data_base64 is not base64' }
  return parse(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)))
}

const isJson = /^[\w.+-]+\/([\w.-]+\+)?json\s*(;|$)/i
const isBase64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const tooDeep = '/data is nested too deeply'

function parse(body: Uint8Array): { value: unknown } | { fault: string } {
  try {
    const value: unknown = JSON.parse(strictUtf8.decode(body))
    return isTooDeep(value) ? { fault: tooDeep } : { value }
  } catch (error) {
    return { fault: error instanceof SyntaxError ? '/data is not JSON' : '/data is not UTF-8' }
  }
}

// The binding encodes space, double quote, percent and everything outside U+0021 to U+007E.
function percentEncode(value: string): string {
  return value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, (char) =>
    Array.from(utf8.encode(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

function percentDecode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
