import {
  appointmentBooked,
  appointmentCancelled,
  appointmentRescheduled,
  type DeliveryInput,
  type DeliveryOutcome,
} from '@rounds/contracts'
import { memoryLedger } from '@rounds/ledger'
import { deliveryKeys } from '@rounds/mail'
import { done, eventMaker } from '@rounds/messaging'
import { anAppointment } from '@rounds/testing'
import { Decimal128 } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { deliverySorting } from '../delivery-work.ts'
import { deliveryMaker } from '../new-delivery.ts'
import { tellAppointments } from './tell.ts'

describe('a patient', () => {
  it('is told of a visit that was booked, once however often it is heard', async () => {
    const world = setUp()
    expect(await world.booked()).toEqual(done)
    expect(await world.booked()).toEqual(done)
    expect(await world.wanted()).toMatchObject([
      {
        lane: 'care',
        template: 'appointment-booked',
        recipient: { kind: 'person', id: 'ada' },
        language: 'hi',
        appointmentId: 'visit',
        appointmentVersion: 1,
      },
    ])
  })

  it('is told of each time it was moved, with the time it had', async () => {
    const world = setUp()
    await world.moved(2)
    await world.moved(3)
    expect(await world.wanted()).toMatchObject([
      {
        template: 'appointment-changed',
        appointmentVersion: 2,
        previousStartsAt: new Date('2026-05-01T04:30:00Z'),
      },
      { template: 'appointment-changed', appointmentVersion: 3 },
    ])
  })

  it('is told that it was called off', async () => {
    const world = setUp()
    await world.calledOff()
    expect(await world.wanted()).toMatchObject([{ template: 'appointment-cancelled' }])
  })

  it('is told nothing of a visit whose time has passed, as when another system first tells of last year', async () => {
    const world = setUp({ now: start })
    for (const outcome of [await world.booked(), await world.moved(2), await world.calledOff()])
      expect(outcome).toEqual(done)
    expect(await world.wanted()).toEqual([])
  })

  it('is told nothing where the house tells them otherwise', async () => {
    const world = setUp({ isOn: false })
    expect(await world.booked()).toEqual(done)
    expect(await world.wanted()).toEqual([])
  })
})

it('an appointment that nobody knows is kept for a person', async () => {
  const world = setUp({ isKnown: false })
  expect(await world.booked()).toMatchObject({ kind: 'reject' })
})

const start = new Date('2026-05-02T04:30:00Z')

function setUp({ isOn = true, isKnown = true, now = new Date('2026-04-01T00:00:00Z') } = {}) {
  const deliveries = memoryLedger<DeliveryInput, DeliveryOutcome>({
    repeating: 'doubtful',
    ...deliverySorting,
  })
  const told = tellAppointments({
    deliveries,
    wishes: {
      appointment: async () =>
        isKnown ? anAppointment({ fee: Decimal128.fromString('1'), startsAt: start }) : undefined,
      languageOf: async () => 'hi',
    },
    delivery: deliveryMaker(deliveryKeys('a secret of the tests, long enough to be one')),
    ring() {},
    now: () => now,
    isOn,
  })
  const make = eventMaker('gateway')
  const context = { attempt: 1, signal: new AbortController().signal }
  const about = {
    appointmentId: 'visit',
    patientId: 'ada',
    doctorId: 'rao',
    departmentId: 'heart',
    startsAt: '2026-05-02T04:30:00.000Z',
  }
  return {
    booked: () => told.booked(make(appointmentBooked, { ...about, version: 1 }), context),
    moved: (version: number) =>
      told.rescheduled(
        make(appointmentRescheduled, { ...about, version, previousStartsAt: '2026-05-01T04:30:00.000Z' }),
        context,
      ),
    calledOff: () => told.cancelled(make(appointmentCancelled, { ...about, version: 2 }), context),
    wanted: async () =>
      (await deliveries.claimMany(9, 'care'))
        .map(({ input }) => input)
        .toSorted((a, b) => (a.appointmentVersion ?? 0) - (b.appointmentVersion ?? 0)),
  }
}
