import { describe, expect, it } from 'vitest'
import { type SeedPlan, seededHospital } from './hospital.ts'
import { logins } from './logins.ts'

const plan: SeedPlan = { anchor: '2026-03-18', appointments: 3_000 }
const today = Date.parse('2026-03-18T00:00:00+05:30')

describe('the seeded hospital', () => {
  it('is the same every time', () => {
    expect(JSON.stringify(all(plan))).toBe(JSON.stringify(all(plan)))
    expect(JSON.stringify(seededHospital(plan).people)).toBe(JSON.stringify(seededHospital(plan).people))
  })

  it('has exactly as many appointments as were asked for, small or big', () => {
    for (const appointments of [0, 1, 100, 2_000, 54_321]) {
      expect(all({ ...plan, appointments })).toHaveLength(appointments)
    }
  })

  it('has twelve departments, forty doctors and, at full size, five thousand patients', () => {
    const { departments, people } = seededHospital({ ...plan, appointments: 200_000 })
    expect(departments).toHaveLength(12)
    expect(Map.groupBy(people, (one) => one.kind).get('doctor')).toHaveLength(40)
    expect(Map.groupBy(people, (one) => one.kind).get('patient')).toHaveLength(5_000)
    expect(new Set(people.map((one) => one._id)).size).toBe(people.length)
  })

  it('is written in the order in which an export reads it', () => {
    const keys = all(plan).map(({ startsAt, _id }) => `${startsAt.toISOString()} ${_id}`)
    expect(keys).toEqual(keys.toSorted())
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('books no doctor twice at one time', () => {
    const hours = all(plan).map(({ startsAt, doctor }) => `${doctor.id} ${startsAt.getTime()}`)
    expect(new Set(hours).size).toBe(hours.length)
  })

  it('reaches from long before the anchor to some weeks after it', () => {
    const times = all({ ...plan, appointments: 200_000 }).map(({ startsAt }) => startsAt.getTime())
    const days = (from: number, to: number) => Math.round((to - from) / 86_400_000)
    expect(days(times[0] ?? 0, times.at(-1) ?? 0)).toBeGreaterThan(1_080)
    expect(days(today, times.at(-1) ?? 0)).toBeGreaterThan(35)
  })

  it('leaves the demo doctor somebody to mark as checked, and the demo patient a history', () => {
    for (const appointments of [2_000, 200_000]) {
      const visits = all({ ...plan, appointments })
      const open = visits.filter(
        ({ doctor, status, startsAt }) =>
          doctor.id === logins.doctor.personId && status === 'booked' && startsAt.getTime() < today,
      )
      const history = visits.filter(
        ({ patient, status }) => patient.id === logins.patient.personId && status === 'checked',
      )
      expect(open.length).toBeGreaterThan(1)
      expect(history.length).toBeGreaterThan(3)
    }
  })

  it('carries what breaks careless CSV writers', () => {
    const visits = all({ ...plan, appointments: 20_000 })
    const texts = visits.flatMap(({ patient, reason, prescription = '' }) => [
      patient.name,
      reason,
      prescription,
    ])
    for (const trap of [
      /^=/,
      /^\+/,
      /^-/,
      /^@/,
      /^\t/,
      /"/,
      /,/,
      /\r\n/,
      /[\u0900-\u097f]/,
      /[\u0b80-\u0bff]/,
      /[\u0980-\u09ff]/,
      /[\u0600-\u06ff]/,
      /[\u4e00-\u9fff]/,
      /\p{Emoji_Presentation}/u,
    ]) {
      expect(
        texts.some((text) => trap.test(text)),
        String(trap),
      ).toBe(true)
    }
  })
})

function all(of: SeedPlan) {
  return [...seededHospital(of).appointments()]
}
