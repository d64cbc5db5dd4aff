import type { IntakeEvent } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { refusalOf, toleratedMs, tooLong } from './authorize-event.ts'

const now = new Date('2026-02-01T12:00:00Z')
const system = {
  types: ['appointment.checked' as const],
  sources: ['/lis', '/lis/*'],
}

describe('another system', () => {
  it('says what it may say', () => {
    expect(refusal()).toBeUndefined()
    expect(refusal({ source: '/lis/ward-3' })).toBeUndefined()
  })

  it.each<[string, Partial<IntakeEvent>, string]>([
    ['a type of others', { type: 'appointment.booked' }, 'TYPE_NOT_YOURS'],
    ['in the name of another source', { source: '/pacs' }, 'SOURCE_NOT_YOURS'],
    ['in a name that only begins like its own', { source: '/lisbon' }, 'SOURCE_NOT_YOURS'],
    ['what happens tomorrow', { time: '2026-02-02T12:00:00Z' }, 'TIME_AHEAD'],
    ['at a moment that is none', { time: '2026-02-01T11:59:60Z' }, 'INVALID_DATA'],
  ])('does not say %s', (_what, change, code) => {
    expect(refusal(change)).toMatchObject({ code })
  })

  it('does not say that the doctor will have seen the patient', () => {
    const data = { ...event.data, checkedAt: '2026-02-02T12:00:00Z' }
    expect(refusal({ data })).toEqual({
      code: 'TIME_AHEAD',
      faults: ['/data/checkedAt lies ahead of our clock'],
    })
  })

  it('may have a clock that is a little fast', () => {
    const at = (ms: number) => new Date(now.getTime() + ms).toISOString()
    expect(refusal({ time: at(toleratedMs) })).toBeUndefined()
    expect(refusal({ time: at(toleratedMs + 1) })).toMatchObject({ code: 'TIME_AHEAD' })
  })

  it.each<[string, number, number | undefined, boolean]>([
    ['may take as long as any', 240, undefined, true],
    ['may take no longer', 241, undefined, false],
    ['may not be made longer', 241, 60, false],
    ['stays as it is where it was longer before', 480, 480, true],
  ])('says of a visit that it %s', (_what, minutes, before, isTaken) => {
    const said = { ...event, data: { ...event.data, minutes } }
    expect(tooLong(said, before === undefined ? undefined : { minutes: before }, 240)).toEqual(
      isTaken ? undefined : { code: 'INVALID_DATA', faults: ['/data/minutes must be at most 240'] },
    )
  })

  it('is no longer heard from the moment it was shut out; what came before counts', () => {
    const shutOut = (at: Date) => refusalOf({ ...system, revokedAt: at }, event, now)
    expect(shutOut(now)).toMatchObject({ code: 'SYSTEM_REVOKED' })
    expect(shutOut(new Date(now.getTime() + 1))).toBeUndefined()
  })
})

const event: IntakeEvent = {
  id: 'one',
  source: '/lis',
  type: 'appointment.checked',
  time: '2026-02-01T11:59:00Z',
  data: {
    appointmentNumber: 'A-1',
    patientNumber: 'P-ada',
    doctorNumber: 'D-rao',
    startsAt: '2026-02-01T09:00:00Z',
    minutes: 15,
  },
}

const refusal = (change: Partial<IntakeEvent> = {}) => refusalOf(system, { ...event, ...change }, now)
