import { reportsExportsConsumer } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { deadLetter } from './dead-letter.ts'

const death = {
  reason: 'no such report',
  consumer: reportsExportsConsumer,
  deliveries: 3,
  at: new Date('2026-03-01T08:00:00Z'),
  place: 'EVENTS:7:1700000000000000000',
}
const parcel = {
  subject: 'hospital.report.requested',
  headers: { 'ce-type': 'report.requested', 'Nats-Msg-Id': 'e-1', traceparent: 'x' },
  body: new Uint8Array([1, 2, 3]),
}

describe('a dead letter', () => {
  it('has the same id however often it is written', () => {
    expect(deadLetter(parcel, death).id).toBe(
      deadLetter(parcel, { ...death, deliveries: 4, at: new Date() }).id,
    )
    expect(deadLetter(parcel, death).id).not.toBe(deadLetter(parcel, { ...death, place: 'EVENTS:8:1' }).id)
  })

  it('keeps the message, but not its orders to the server', () => {
    const { headers, body } = deadLetter(parcel, death)

    expect(body).toBe(parcel.body)
    expect(headers).toMatchObject({ 'ce-type': 'report.requested', traceparent: 'x' })
    expect(headers).not.toHaveProperty('Nats-Msg-Id')
  })

  it('says which service wrote it, whatever its message says', () => {
    const forged = { ...parcel, headers: { ...parcel.headers, 'rounds-dead-producer': '/rounds/gateway' } }

    expect(deadLetter(forged, death)).toMatchObject({
      subject: 'dead.reports.report.requested',
      headers: { 'rounds-dead-producer': '/rounds/reports' },
    })
  })

  it('is filed under `unknown` when the type is none of ours', () => {
    for (const type of ['report.sung', '>', 'a b', '']) {
      expect(deadLetter({ ...parcel, headers: { 'CE-Type': type } }, death).subject).toBe(
        'dead.reports.unknown',
      )
    }
  })

  it('tells its reason in one line of ASCII', () => {
    const { headers } = deadLetter(parcel, { ...death, reason: `first\r\nsecond: न ${'x'.repeat(1_000)}` })

    expect(headers['rounds-dead-reason']).toMatch(/^first\?second: \? x{1,490}$/)
    expect(headers['rounds-dead-reason']).toHaveLength(500)
  })

  it('leaves room for its reason, however much was sent', () => {
    const huge = {
      ...parcel,
      headers: { 'ce-type': 'report.requested', x: 'x'.repeat(200_000) },
      body: new Uint8Array(261_000),
    }
    const { headers, body } = deadLetter(huge, death)

    expect(body.byteLength + JSON.stringify(headers).length).toBeLessThan(250_000)
    expect(headers).toMatchObject({ 'ce-type': 'report.requested', 'rounds-dead-bytes': '261000' })
  })
})
