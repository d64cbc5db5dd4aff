import { CloudEvent, HTTP } from 'cloudevents'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeEvent,
  encodeEvent,
  maxDataBytes,
  readableAttributes,
  type WireMessage,
} from './cloudevents.ts'
import type { HospitalEvent } from './event.ts'
import { reportStarted } from './report-events.ts'
import { strangerInLine } from './text.ts'

describe('an event on the wire', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyEvent(), (event) => {
        expect(decodeEvent(encodeEvent(event))).toEqual({ event })
      }),
    )
  })

  it('is read by the CloudEvents SDK as the same event', () => {
    fc.assert(
      fc.property(anyEvent(), (event) => {
        const { headers, body } = encodeEvent(event)
        // The SDK speaks HTTP, where values are not percent-encoded for us: decode as the NATS binding says, then compare.
        const plain = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, decodeURIComponent(value)]),
        )
        const { 'ce-datacontenttype': contentType, ...rest } = plain
        const theirs = HTTP.toEvent({
          headers: { ...rest, 'content-type': contentType },
          body: new TextDecoder().decode(body),
        }) as CloudEvent<unknown>
        expect(theirs.toJSON()).toMatchObject({
          specversion: '1.0',
          id: event.id,
          source: event.source,
          type: event.type,
          subject: event.subject,
          correlationid: event.correlationid,
          data: event.data,
        })
      }),
    )
  })

  it('is understood when the CloudEvents SDK wrote it in structured mode', () => {
    const event = { ...sample(), correlationid: 'नियुक्ति' }
    const { traceparent: _, ...attributes } = event
    const message = HTTP.structured(new CloudEvent(attributes))
    const decoded = decodeEvent({
      headers: { 'Content-Type': String(message.headers['content-type']) },
      body: new TextEncoder().encode(String(message.body)),
    })
    expect(decoded).toMatchObject({ event: attributes })
  })

  it('is structured where no header bears an attribute, which is all that NATS binding 1.0.2 knows', () => {
    for (const headers of [{}, { traceparent: 'x' }, { 'Content-Type': 'application/json' }])
      expect(decodeEvent({ headers, body: json(sample()) })).toMatchObject({ event: sample() })
    expect(readableAttributes({ headers: {}, body: json(sample()) })).toMatchObject({ id: sample().id })
  })

  it('has an attribute that is null not set, as the JSON format allows', () => {
    const nulls = { causationid: null, traceparent: null, dataschema: null, data_base64: null }
    const decoded = decodeEvent({ headers: {}, body: json({ ...sample(), ...nulls }) })
    expect('event' in decoded && Object.keys(decoded.event)).toEqual(
      expect.not.arrayContaining(Object.keys(nulls)),
    )
    expect(decodeEvent({ headers: {}, body: json({ ...sample(), id: null }) })).toEqual({
      faults: ['/ must have required properties id'],
    })
  })

  it.each([undefined, null, 'application/json', 'text/json; charset=utf-8', 'application/vnd.lis+json'])(
    'carries its data in data_base64, too, where that is JSON (datacontenttype %s)',
    (datacontenttype) => {
      const { data, ...attributes } = sample()
      const encoded = { ...attributes, datacontenttype, data_base64: btoa(JSON.stringify(data)) }
      expect(decodeEvent({ headers: {}, body: json(encoded) })).toMatchObject({ event: { data } })
    },
  )

  it('percent-encodes what may not stand in a header', () => {
    const { headers } = encodeEvent({ ...sample(), correlationid: 'a "b" 100% नि' })
    expect(headers['ce-correlationid']).toBe('a%20%22b%22%20100%25%20%E0%A4%A8%E0%A4%BF')
  })

  it('carries the trace as W3C wrote it', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    expect(encodeEvent({ ...sample(), traceparent }).headers.traceparent).toBe(traceparent)
  })

  it('keeps fields that nobody knows yet', () => {
    const wire = encodeEvent({ ...sample(), data: { reportId: 'r1', attempt: 1, later: 'yes' } })
    expect(decodeEvent(wire)).toMatchObject({ event: { data: { later: 'yes' } } })
  })
})

describe('what is not one of our events is answered with its fault', () => {
  const wrong: Array<[string, (wire: WireMessage) => WireMessage, string]> = [
    ['no specversion', (wire) => withHeader(wire, 'ce-specversion', undefined), '/specversion is not 1.0'],
    ['no id', (wire) => withHeader(wire, 'ce-id', undefined), 'must have required properties id'],
    ['no time', (wire) => withHeader(wire, 'ce-time', undefined), 'must have required properties time'],
    [
      'a time that is none',
      (wire) => withHeader(wire, 'ce-time', 'yesterday'),
      '/time must match format "date-time"',
    ],
    ['a type we do not have', (wire) => withHeader(wire, 'ce-type', 'report.eaten'), '/type is none of ours'],
    [
      'broken percent-encoding',
      (wire) => withHeader(wire, 'ce-id', '%E0%A4'),
      '/id is not percent-encoded UTF-8',
    ],
    ['a body that is not JSON', (wire) => ({ ...wire, body: text('{') }), '/data is not JSON'],
    [
      'a body that is not UTF-8',
      (wire) => ({ ...wire, body: Uint8Array.of(0x22, 0xff, 0x22) }),
      '/data is not UTF-8',
    ],
    [
      'the wrong schema',
      (wire) => ({ ...wire, body: text('{"reportId":7,"attempt":1}') }),
      '/data/reportId must be string',
    ],
    [
      'an identifier with a path',
      (wire) => ({ ...wire, body: text('{"reportId":"../x","attempt":1}') }),
      '/data/reportId',
    ],
    [
      '300 KB of data',
      (wire) => ({ ...wire, body: text(`"${'x'.repeat(300_000)}"`) }),
      `more than ${maxDataBytes}`,
    ],
    [
      'structured mode without an object',
      () => ({ headers: { 'content-type': 'application/cloudevents+json' }, body: text('[]') }),
      '/ is not an object',
    ],
  ]

  it.each([
    ['data_base64 of another type', { datacontenttype: 'application/xml' }, '/datacontenttype is not JSON'],
    ['data_base64 that is none', { data_base64: 'e30' }, '/data_base64 is not base64'],
    ['data_base64 that is no text', { data_base64: 7 }, '/data_base64 is not base64'],
    ['data_base64 that is not JSON', { data_base64: 'ew==' }, '/data is not JSON'],
    ['data_base64 that is not UTF-8', { data_base64: '/w==' }, '/data is not UTF-8'],
    ['data twice', { data: {} }, '/data_base64 is beside /data'],
  ])('%s', (_, change, fault) => {
    const { data: _data, ...attributes } = sample()
    const body = json({ ...attributes, data_base64: 'e30=', ...change })
    expect(decodeEvent({ headers: {}, body })).toEqual({ faults: [fault] })
  })

  it.each(wrong)('%s', (_, spoil, fault) => {
    const decoded = decodeEvent(spoil(encodeEvent(sample())))
    expect('faults' in decoded ? decoded.faults.join('; ') : 'accepted').toContain(fault)
  })

  it.each(
    ['id', 'source', 'type', 'subject', 'correlationid', 'traceparent'].flatMap((name) =>
      [
        ['\0', 'U+0000 (NUL)'],
        ['\u001b[31m', 'U+001B (escape)'],
        ['\u0085', 'U+0085 (a control character)'],
        ['\n', 'U+000A (line feed)'],
        ['\u202e', 'U+202E (right-to-left override)'],
      ].map(([stranger = '', shown]) => [name, shown, stranger] as const),
    ),
  )('%s with %s, in either mode, and shows nothing of it', (name, shown, stranger) => {
    const fault = `/${name} has ${shown} at position 2, which no attribute may have`
    const structured = { headers: {}, body: json({ ...sample(), [name]: `a${stranger}b` }) }
    const header = `ce-${name}`
    const binary = withHeader(encodeEvent(sample()), header, `a${encodeURIComponent(stranger)}b`)
    expect(decodeEvent(structured)).toEqual({ faults: [fault] })
    if (name !== 'traceparent') expect(decodeEvent(binary)).toEqual({ faults: [fault] })
    for (const message of [structured, binary]) expect(readableAttributes(message)).not.toHaveProperty(name)
  })

  it('whatever bytes come, and never by throwing', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.string()),
        fc.uint8Array({ maxLength: 200 }),
        (headers, body) => {
          expect(decodeEvent({ headers, body })).toHaveProperty('faults')
        },
      ),
    )
  })

  it('without quoting a value, since a value may name a person', () => {
    const decoded = decodeEvent({
      ...encodeEvent(sample()),
      body: text('{"reportId":"Asha Rao","attempt":"Asha Rao"}'),
    })
    expect(JSON.stringify(decoded)).not.toContain('Asha')
  })
})

const json = (value: object) => text(JSON.stringify({ specversion: '1.0', ...value }))
const text = (value: string) => new TextEncoder().encode(value)

function withHeader(wire: WireMessage, name: string, value: string | undefined): WireMessage {
  const { [name]: _, ...headers } = wire.headers
  return { ...wire, headers: value === undefined ? headers : { ...headers, [name]: value } }
}

function sample(): HospitalEvent {
  return {
    id: '019aafd0-0000-7000-8000-000000000001',
    source: '/rounds/reports',
    type: reportStarted.type,
    subject: 'r1',
    time: '2026-11-23T04:30:00.000Z',
    correlationid: 'c1',
    data: { reportId: 'r1', attempt: 1 },
  }
}

function anyEvent() {
  const words = fc
    .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
    .filter((text) => !strangerInLine(text))
  return fc
    .record({ id: words, subject: words, correlationid: words, attempt: fc.integer({ min: 1, max: 99 }) })
    .map(
      ({ attempt, ...attributes }): HospitalEvent => ({
        ...sample(),
        ...attributes,
        data: { reportId: 'r1', attempt },
      }),
    )
}
