import { encodeEvent, maxDataBytes, reportRequested } from '@rounds/contracts'
import { eventMaker, type Gathered } from '@rounds/messaging'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advisoryOf, type DeadLetter, letterOf, replayed, unfitToReplay } from './dead-letter.ts'

const storedAt = new Date('2026-11-25T10:00:05Z')
const storedFirst = new Date('2026-11-25T10:00:00Z').getTime()
const papers = {
  'Nats-Msg-Id': `dead:reports-exports:EVENTS:42:${storedFirst}000000`,
  'rounds-dead-reason': 'the moon is full',
  'rounds-dead-subject': 'hospital.report.requested',
  'rounds-dead-producer': '/rounds/reports',
  'rounds-dead-consumer': 'reports-exports',
  'rounds-dead-deliveries': '8',
  'rounds-dead-time': '2026-11-25T10:00:04.000Z',
}

describe('a dead letter', () => {
  it('is what its papers say, and carries what the message carried', () => {
    const event = requested()
    const { headers, body } = encodeEvent(event)
    const letter = letterOf(gathered({ headers: { ...headers, ...papers }, body }))
    expect(letter).toMatchObject({
      kind: 'letter',
      state: 'open',
      consumer: 'reports-exports',
      service: 'reports',
      type: 'report.requested',
      reason: 'the moon is full',
      deliveries: 8,
      stream: 'EVENTS',
      sequence: 42,
      firstAt: new Date(storedFirst),
      diedAt: new Date('2026-11-25T10:00:04Z'),
      attributes: { id: event.id, subject: 'r-1', correlationid: event.correlationid },
      isCut: false,
    })
    expect(replayed(letter)).toEqual({ headers: { ...headers, 'rounds-replay-of': letter._id }, body })
  })

  it('is the same one wherever it lies after the broker lost its memory', () => {
    const first = letterOf(gathered({ headers: papers }))
    const again = letterOf({ ...gathered({ headers: papers }), sequence: 999, storedAt: new Date() })
    expect(again._id).toBe(first._id)
    const other = { ...papers, 'Nats-Msg-Id': `dead:reports-exports:EVENTS:42:${storedFirst}000001` }
    expect(letterOf(gathered({ headers: other }))._id).not.toBe(first._id)
  })

  it('that was cut says how large it was, and is sent back by nobody unchanged', () => {
    const letter = letterOf(gathered({ headers: { ...papers, 'rounds-dead-bytes': '300000' } }))
    expect(letter).toMatchObject({ isCut: true, bytes: 300_000 })
  })

  it('has no number and no time that nothing here could have', () => {
    const name = `dead:reports-exports:EVENTS:${'9'.repeat(30)}:${'9'.repeat(30)}`
    const odd = {
      'rounds-dead-bytes': 'Infinity',
      'rounds-dead-time': '9999-01-01T00:00:00Z',
      'Nats-Msg-Id': name,
    }
    const letter = letterOf(gathered({ headers: { ...papers, ...odd } }))
    expect([letter.isCut, Number.isSafeInteger(letter.bytes), Number.isSafeInteger(letter.sequence)]).toEqual(
      [false, true, true],
    )
    expect(letter.diedAt.getTime()).toBeLessThan(Date.now())
  })

  it('is one, whatever strangers put there', () => {
    const headers = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom(...Object.keys(papers), 'ce-id', 'ce-type', 'content-type')),
      fc.oneof(fc.string(), fc.constantFrom('-1', '1e99', 'application/cloudevents', 'yesterday', '%')),
    )
    fc.assert(
      fc.property(headers, fc.uint8Array({ maxLength: 200 }), fc.string(), (written, body, subject) => {
        const letter = letterOf({
          ...gathered({ headers: written, body }),
          parcel: { subject, headers: written, body },
        })
        expect(letter._id).toMatch(/^d-[\w-]{32}$/)
        expect(Number.isNaN(letter.diedAt.getTime()) || Number.isNaN(letter.firstAt.getTime())).toBe(false)
        expect(Number.isSafeInteger(letter.deliveries + letter.sequence)).toBe(true)
        expect(letter.body).toEqual(body)
      }),
    )
  })

  it.each([
    ['says no producer', { 'rounds-dead-producer': '' }],
    ['comes from another service than its subject says', { 'rounds-dead-producer': '/rounds/mailer' }],
    ['names the consumer of another service', { 'rounds-dead-consumer': 'gateway-jobs' }],
  ])('that %s is shown as forged and goes back to nobody', (_, written) => {
    const letter = letterOf(gathered({ headers: { ...papers, ...written } }))
    expect(letter).toMatchObject({ consumer: 'unknown', service: 'reports' })
    expect(letter.reason).toMatch(/^Not written by the service/)
    expect(unfitToReplay(letter)).toMatch(/goes back to nobody/)
  })

  it('cannot be replayed to a consumer that there is not', () => {
    const gone = letterOf(gathered({ headers: { ...papers, 'rounds-dead-consumer': 'long-gone' } }))
    expect(unfitToReplay(gone)).toMatch(/^Nobody hears/)
  })
})

describe('an advisory', () => {
  const subject = '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.EVENTS.reports-exports'
  const said = {
    type: 'io.nats.jetstream.advisory.v1.max_deliver',
    id: 'abc',
    timestamp: '2026-11-25T10:00:03Z',
    stream: 'EVENTS',
    consumer: 'reports-exports',
    stream_seq: 42,
    deliveries: 20,
  }

  it('says what the broker said: there is no message in it, and nothing to replay', () => {
    const advisory = advisoryOf(told(subject, said))
    expect(advisory).toMatchObject({
      kind: 'max deliveries',
      consumer: 'reports-exports',
      service: 'reports',
      stream: 'EVENTS',
      sequence: 42,
      deliveries: 20,
      diedAt: new Date('2026-11-25T10:00:03Z'),
    })
    expect(unfitToReplay(advisory as DeadLetter)).toMatch(/^The broker kept no message/)
  })

  it('of a message that its consumer ended tells the reason', () => {
    const advisory = advisoryOf(
      told(subject.replace('MAX_DELIVERIES', 'MSG_TERMINATED'), { ...said, reason: 'bad' }),
    )
    expect(advisory).toMatchObject({ kind: 'terminated', reason: 'bad' })
  })

  it.each([undefined, 'text', [], { consumer: 7 }, null])('is nothing when it is %j', (value) => {
    expect(advisoryOf(told(subject, value))).toBeUndefined()
  })
})

function requested() {
  return eventMaker('gateway')(reportRequested, {
    reportId: 'r-1',
    report: 'appointments',
    parameters: {},
    flavour: 'standard',
    gzip: false,
    requestedBy: 'p-1',
    role: 'admin',
  })
}

function gathered({
  headers = {},
  body = new Uint8Array(maxDataBytes / 64),
}: {
  headers?: Record<string, string>
  body?: Uint8Array
}): Gathered {
  return {
    parcel: { subject: 'dead.reports.report.requested', headers, body },
    stream: 'DEAD_LETTERS',
    sequence: 7,
    storedAt,
  }
}

const told = (subject: string, value: unknown): Gathered => ({
  parcel: { subject, headers: {}, body: new TextEncoder().encode(JSON.stringify(value) ?? '{') },
  stream: 'ADVISORIES',
  sequence: 3,
  storedAt,
})
