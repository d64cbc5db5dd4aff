import type { AppointmentDocument, IntakeEvent } from '@rounds/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Heard, happenedAt, hear } from './merge-event.ts'

describe('what another system says', () => {
  it('makes an appointment of whatever is heard first', () => {
    const made = ending([said('appointment.checked', { version: 3 })])

    expect(made).toMatchObject({ status: 'checked', version: 1, origin: { version: 3, status: 'checked' } })
    expect(made?.checkedAt).toEqual(new Date(noon))
  })

  it('answers for its appointments: the system booked them, and checked those that it says were checked', () => {
    const booked = said('appointment.booked', { version: 1 })
    const checked = said('appointment.checked', { version: 2 })
    expect(ending([booked])).toMatchObject({ bookedBy: 'lis' })
    expect(ending([booked])?.checkedBy).toBeUndefined()
    expect(ending([booked, checked])).toMatchObject({ bookedBy: 'lis', checkedBy: 'lis' })
    expect(ending([checked])).toMatchObject({ bookedBy: 'lis', checkedBy: 'lis' })
    expect(ending([checked, said('appointment.cancelled', { version: 3 })])?.checkedBy).toBeUndefined()
  })

  it('is told as what it is to us: one that we had not seen is booked, not rescheduled', () => {
    expect(hear(undefined, 'visit', said('appointment.rescheduled'))).toMatchObject({ happened: 'booked' })
  })

  it('changes nothing when it comes after what the system said later', () => {
    const later = said('appointment.checked', { version: 3 })
    const before = ending([later])

    expect(hear(before, 'visit', said('appointment.booked', { version: 2 }))).toBe('known')
    expect(hear(before, 'visit', later)).toBe('known')
  })

  it('counts as it came first when the same event comes with other words', () => {
    const first = said('appointment.booked', { minutes: 15 })
    const other = { ...said('appointment.checked', { version: 9 }), key: first.key }

    expect(hear(ending([first]), 'visit', other)).toBe('known')
    const early = { ...said('appointment.booked', { time: '2020-01-01T00:00:00Z' }), key: first.key }
    expect(hear(ending([first]), 'visit', early)).toBe('known')
  })

  it('tells that an appointment was made as early as it was ever said, and nothing else of what came late', () => {
    const before = ending([said('appointment.checked', { version: 3 })])
    const early = said('appointment.booked', { version: 1, time: '2026-01-01T00:00:00Z' })

    expect(hear(before, 'visit', early)).toEqual({
      set: { bookedAt: new Date('2026-01-01T00:00:00Z') },
      happened: undefined,
    })
  })

  it('holds by its time where the system counts no versions', () => {
    const events = [
      said('appointment.cancelled', { time: '2026-02-01T10:00:00Z' }),
      said('appointment.checked', { time: '2026-02-01T09:00:00Z' }),
    ]
    expect(ending(events)?.status).toBe('cancelled')
  })

  it('tells of another time, another doctor, and of nothing when it repeats itself under another id', () => {
    const before = ending([said('appointment.booked', { version: 1 })])
    const happened = (change: Change) => {
      const hearing = hear(before, 'visit', said('appointment.rescheduled', { version: 2, ...change }))
      return hearing === 'known' ? hearing : 'happened' in hearing && hearing.happened
    }

    expect(happened({ startsAt: '2026-02-02T09:00:00Z' })).toBe('rescheduled')
    expect(happened({ doctor: 'khan' })).toBe('rescheduled')
    expect(happened({})).toBeUndefined()
  })

  it('books again what it had called off, and takes away when that was', () => {
    const before = ending([said('appointment.cancelled', { version: 1 })])
    const hearing = hear(before, 'visit', said('appointment.booked', { version: 2 }))

    expect(hearing).toMatchObject({ happened: 'booked', set: { status: 'booked', cancelledAt: undefined } })
  })

  it('happened when it says, or earlier where a check says so, and now at the latest', () => {
    const now = new Date(noon)
    const at = (type: IntakeEvent['type'], time: string, checkedAt?: string) =>
      happenedAt(said(type, { time, ...(checkedAt ? { checkedAt } : {}) }).event, now).toISOString()

    expect(at('appointment.booked', '2025-02-01T09:00:00Z')).toBe('2025-02-01T09:00:00.000Z')
    expect(at('appointment.booked', '2026-02-01T12:04:00Z')).toBe('2026-02-01T12:00:00.000Z')
    expect(at('appointment.checked', noon, '2025-02-01T09:00:00Z')).toBe('2025-02-01T09:00:00.000Z')
    expect(at('appointment.checked', '2026-02-01T09:00:00Z', noon)).toBe('2026-02-01T09:00:00.000Z')
    expect(at('appointment.missed', noon, '2025-02-01T09:00:00Z')).toBe('2026-02-01T12:00:00.000Z')
  })

  describe('of an appointment that the doctor checked here', () => {
    const booked = ending([said('appointment.booked', { version: 1 })]) as AppointmentDocument
    const checkedHere = checkHere(booked)

    it('takes nothing away', () => {
      expect(hear(checkedHere, 'visit', said('appointment.cancelled', { version: 2 }))).toMatchObject({
        refusal: { code: 'CHECKED_HERE' },
      })
    })

    it('is noted when it is the same, and told to nobody twice', () => {
      const hearing = hear(checkedHere, 'visit', said('appointment.checked', { version: 2 }))

      expect(hearing).toMatchObject({ happened: undefined, set: { origin: { version: 2 } } })
      expect(hearing).not.toHaveProperty('set.checkedAt')
    })

    it('takes nothing away either after it was said to be the same', () => {
      const noted = ending([said('appointment.checked', { version: 2 })], checkedHere)

      expect(hear(noted, 'visit', said('appointment.cancelled', { version: 3 }))).toMatchObject({
        refusal: { code: 'CHECKED_HERE' },
      })
      expect(noted).toMatchObject({ status: 'checked', diagnosis: 'well', checkedAt: new Date(0) })
    })

    it('ends in the same appointment in every order of what is said afterwards', () => {
      fc.assert(
        fc.property(
          fc
            .array(anEvent, { minLength: 1, maxLength: 6 })
            .chain((events) =>
              fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
            ),
          ([events, shuffled]) => {
            expect(held(ending(shuffled, checkedHere))).toEqual(held(ending(events, checkedHere)))
          },
        ),
        { numRuns: 2_000 },
      )
    })

    it('stays what the doctor wrote, in every order and wherever between them the doctor could check it', () => {
      fc.assert(
        fc.property(
          fc
            .array(anEvent, { minLength: 1, maxLength: 6 })
            .chain((events) => fc.tuple(fc.constant(events), fc.integer({ min: 1, max: events.length }))),
          ([events, place]) => {
            const seen = ending(events.slice(0, place))
            fc.pre(seen?.status === 'booked' || seen?.status === 'missed')
            const checked = checkHere(seen)
            const { origin: _one, ...end } = held(ending(events.slice(place), checked))
            const { origin: _other, ...asSeen } = held(checked)
            expect(end).toEqual(asSeen)
          },
        ),
        { numRuns: 2_000 },
      )
    })
  })

  it('ends in the same appointment in every order, repeated or not, by version, by time, or by both mixed', () => {
    fc.assert(
      fc.property(
        fc
          .array(anEvent, { minLength: 1, maxLength: 6 })
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray(events, { minLength: events.length }),
              fc.array(fc.constantFrom(...events), { maxLength: 6 }),
            ),
          ),
        ([events, shuffled, again]) => {
          expect(held(ending([...shuffled, ...again]))).toEqual(held(ending(events)))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('ends in the same appointment in all 720 orders of six', () => {
    const six = [
      said('appointment.booked', { version: 1 }),
      said('appointment.rescheduled', { version: 2, startsAt: '2026-02-02T09:00:00Z' }),
      said('appointment.cancelled', { version: 3 }),
      said('appointment.booked', { version: 4, doctor: 'khan' }),
      said('appointment.missed', { version: 5 }),
      said('appointment.checked', { version: 6, minutes: 30 }),
    ]
    const ends = ordersOf(six).map((order) => held(ending(order)))

    expect(ends).toHaveLength(720)
    for (const end of ends) expect(end).toEqual(held(ending(six)))
    expect(held(ending(six))).toMatchObject({ status: 'checked', minutes: 30, doctor: { id: 'rao' } })
  })
})

const noon = '2026-02-01T12:00:00Z'

type Change = Partial<Omit<IntakeEvent['data'], 'patientNumber' | 'doctorNumber'>> & {
  time?: string
  doctor?: string
}

let counted = 0

function said(type: IntakeEvent['type'], { time = noon, doctor = 'rao', ...data }: Change = {}): Heard {
  counted++
  return {
    system: 'lis',
    key: `key-${counted}`,
    event: {
      id: `event-${counted}`,
      source: '/lis',
      type,
      time,
      data: {
        appointmentNumber: 'A-1',
        patientNumber: 'P-ada',
        doctorNumber: `D-${doctor}`,
        startsAt: '2026-02-01T09:00:00Z',
        minutes: 15,
        ...data,
      },
    },
    patient: { id: 'ada', name: 'Ada Rao', number: 'P-ada' },
    doctor: { id: doctor, name: `Dr. ${doctor}`, number: `D-${doctor}` },
    department: { id: 'heart', name: 'Cardiology' },
  }
}

// Few values, so that versions and times are often the same.
const anEvent = fc
  .record({
    type: fc.constantFrom(
      'appointment.booked' as const,
      'appointment.rescheduled' as const,
      'appointment.cancelled' as const,
      'appointment.checked' as const,
      'appointment.missed' as const,
    ),
    version: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    hour: fc.integer({ min: 0, max: 3 }),
    minutes: fc.constantFrom(15, 30),
    doctor: fc.constantFrom('rao', 'khan'),
  })
  .map(({ type, version, hour, minutes, doctor }) =>
    said(type, {
      time: `2026-02-01T0${hour}:00:00Z`,
      minutes,
      doctor,
      ...(version === undefined ? {} : { version }),
    }),
  )

/** The appointment after these were heard in this order; each is tried again, as a broker may deliver it twice. */
function ending(events: readonly Heard[], from?: AppointmentDocument): AppointmentDocument | undefined {
  let appointment = from
  for (const one of events.flatMap((event) => [event, event])) {
    const hearing = hear(appointment, 'visit', one)
    if (hearing === 'known' || 'refusal' in hearing) continue
    if ('make' in hearing) appointment = hearing.make
    else if (appointment)
      appointment = {
        ...appointment,
        ...hearing.set,
        version: appointment.version + 1,
      } as AppointmentDocument
  }
  return appointment
}

/** As `change-appointment` does it. */
const checkHere = (before: AppointmentDocument): AppointmentDocument => ({
  ...before,
  status: 'checked',
  checkedAt: new Date(0),
  diagnosis: 'well',
})

/** All that counts; how many changes it took is not part of it. */
function held(appointment: AppointmentDocument | undefined) {
  const { version: _version, ...rest } = appointment as AppointmentDocument
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
}

function ordersOf<One>(all: readonly One[]): One[][] {
  if (all.length <= 1) return [[...all]]
  return all.flatMap((one, place) => ordersOf(all.toSpliced(place, 1)).map((rest) => [one, ...rest]))
}
