import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { intakeContractOf, intakeEvents, openIntake } from './intake-events.ts'
import { intakeTypes } from './intake-words.ts'
import { sampleOf } from './sample.ts'

describe('what another system sends', () => {
  it.each(intakeEvents.map(({ type }) => type))(
    '%s is read in binary and in structured mode alike',
    (type) => {
      const { data, ...attributes } = anEvent(type)
      const headers = Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
      )

      const binary = openIntake({ headers, body: bytes(data) })
      const structured = openIntake({
        headers: { 'Content-Type': 'application/cloudevents+json; charset=utf-8' },
        body: bytes({ ...attributes, data }),
      })

      expect(binary).toMatchObject({ id: 'one', source: '/lis', type })
      expect(structured).toEqual(binary)
    },
  )

  it('has a contract for every type that a system may be granted', () => {
    expect(intakeEvents.map(({ type }) => type).toSorted()).toEqual(intakeTypes.toSorted())
    expect(intakeContractOf('report.requested')).toBeUndefined()
  })

  it('is an event or has a reason with a place, whatever it is; nothing is thrown and no value is quoted', () => {
    const name = fc.constantFrom(
      'ce-specversion',
      'ce-id',
      'ce-source',
      'ce-type',
      'ce-time',
      'Content-Type',
      'x',
    )
    const value = fc.oneof(
      fc.constantFrom(
        '1.0',
        '/lis',
        'appointment.checked',
        '%zz',
        '%E0%A4%A',
        'application/cloudevents+json',
      ),
      fc.string(),
    )
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
    )
    fc.assert(
      fc.property(fc.dictionary(name, value), body, (headers, sent) => {
        const opened = openIntake({ headers, body: sent })
        if (!('code' in opened)) return
        expect(opened.faults.length).toBeGreaterThan(0)
        for (const fault of opened.faults) expect(fault).toMatch(/^\/[A-Za-z/0-9]*( |$)/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is spoilt at one place, and the place is told', () => {
    const places = fc.constantFrom(
      'appointmentNumber',
      'patientNumber',
      'doctorNumber',
      'startsAt',
      'minutes',
    )
    const spoilt = fc.constantFrom<unknown>(null, {}, [], '', 'a b', -1, 'a'.repeat(500), { $ne: 1 }, true)
    fc.assert(
      fc.property(places, spoilt, (place, value) => {
        const event = anEvent('appointment.booked')
        const opened = openIntake({
          headers: { 'content-type': 'application/cloudevents+json' },
          body: bytes({ ...event, data: { ...event.data, [place]: value } }),
        })
        expect(opened).toMatchObject({ code: 'INVALID_DATA' })
        expect('faults' in opened && opened.faults[0]).toContain(`/data/${place}`)
      }),
    )
  })

  it('is refused when it is larger than an event may be', () => {
    const body = new Uint8Array(300_000).fill(32)
    expect(openIntake({ headers: {}, body })).toMatchObject({ code: 'NOT_AN_EVENT' })
  })
})

function anEvent(type: string) {
  const contract = intakeContractOf(type)
  return {
    specversion: '1.0',
    id: 'one',
    source: '/lis',
    type,
    time: '2026-01-31T09:30:00Z',
    data: contract ? (sampleOf(contract.data) as Record<string, unknown>) : {},
  }
}

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
