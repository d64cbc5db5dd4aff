import type { AppointmentDocument, DepartmentDocument, PersonDocument } from '@rounds/contracts'
import { awkwardTexts, type Case, departmentCases } from './cases.ts'
import { type Chance, chance } from './chance.ts'
import { type PlannedDay, plannedDays } from './days.ts'
import { logins } from './logins.ts'
import { personName } from './names.ts'
import { timeOrderedIds } from './time-ordered-id.ts'

/** How big a hospital, and around which day. The same plan makes the same hospital, to the last byte. */
export interface SeedPlan {
  /** YYYY-MM-DD in the hospital's zone: the day of seeding. */
  readonly anchor: string
  readonly appointments: number
}

/** An appointment before its fee becomes the database's decimal. */
export type SeededAppointment = Omit<AppointmentDocument, 'fee'> & { readonly fee: string }

export interface SeededHospital {
  readonly departments: readonly DepartmentDocument[]
  readonly people: readonly PersonDocument[]
  /** In the order of (`startsAt`, `_id`), made while one reads. */
  appointments(): Generator<SeededAppointment>
}

type Doctor = PersonDocument & { readonly department: DepartmentDocument; readonly cases: readonly Case[] }

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const opensAt = 9 * hourMs
const openMinutes = 8 * 60
const zone = 'Asia/Kolkata'

export function seededHospital({ anchor, appointments: total }: SeedPlan): SeededHospital {
  const midnight = Date.parse(`${anchor}T00:00:00+05:30`)
  const days = plannedDays(total, midnight)
  const enteredAt = new Date((days[0]?.midnight ?? midnight) - 30 * dayMs)
  const luck = chance(20_240_229)

  const departments: DepartmentDocument[] = Object.keys(departmentCases).map((name, index) => ({
    _id: `department-${index + 1}`,
    name,
    active: true,
    version: 1,
  }))
  const doctors = Array.from({ length: 40 }, (_, index) => doctor(index, departments, luck, enteredAt))
  const patientCount = Math.max(50, Math.min(5_000, Math.ceil(total / 40)))
  const patients = Array.from({ length: patientCount }, (_, index) => patient(index, luck, enteredAt))
  const staff = [
    { ...logins.admin, name: 'Asha Menon' },
    { ...logins.ops, name: 'Om Prakash' },
    { ...logins.secondAdmin, name: 'Vikram Iyer' },
  ].map(({ name, login, personId }, index) =>
    person({
      _id: personId,
      kind: 'staff',
      name,
      number: `ST-${index + 1}`,
      mail: login,
      createdAt: enteredAt,
    }),
  )

  return {
    departments,
    people: [...staff, ...doctors.map(({ department: _, cases: __, ...document }) => document), ...patients],
    appointments: () => visits(days, midnight, doctors, patients),
  }
}

function* visits(
  days: readonly PlannedDay[],
  today: number,
  doctors: readonly Doctor[],
  patients: readonly PersonDocument[],
): Generator<SeededAppointment> {
  const luck = chance(1_948)
  const idOf = timeOrderedIds(luck)
  const shownDoctors = doctors.map(shown)
  const shownPatients = patients.map(shown)
  for (const day of days) {
    const minutes = slotMinutes(day.appointments, doctors.length)
    const places = (openMinutes / minutes) * doctors.length
    let wanted = day.appointments
    // Knuth's algorithm S: as many places as wanted, in order, each as likely as the other, nobody booked twice.
    for (let place = 0; wanted > 0; place += 1) {
      if (luck.below(places - place) >= wanted) continue
      wanted -= 1
      const index = place % doctors.length
      const doctorHere = doctors[index] as Doctor
      const startsAt = day.midnight + opensAt + Math.floor(place / doctors.length) * minutes * 60_000
      yield {
        _id: idOf(startsAt),
        startsAt: new Date(startsAt),
        minutes,
        patient: luck.pick(shownPatients),
        doctor: shownDoctors[index] as AppointmentDocument['doctor'],
        department: { id: doctorHere.department._id, name: doctorHere.department.name },
        fee: luck.pick(fees),
        bookedBy: logins.admin.personId,
        bookedAt: new Date(startsAt - (1 + luck.below(30)) * dayMs - luck.below(8 * 60) * 60_000),
        ...course(startsAt, today, luck.pick(doctorHere.cases), luck, doctorHere._id),
      }
    }
  }
}

const fees = ['300.00', '450.00', '500.00', '750.00', '1200.00', '0.00', '62.50'] as const

/** How an appointment went. The last days are not all written up yet, so that a doctor finds somebody to mark as checked. */
function course(
  startsAt: number,
  today: number,
  { reason, diagnosis, prescription }: Case,
  luck: Chance,
  doctorId: string,
) {
  const text = luck.oneIn(25) ? luck.pick(awkwardTexts) : reason
  const cancelled = luck.oneIn(15)
  if (cancelled) {
    const cancelledAt = new Date(Math.min(startsAt - luck.below(20) * hourMs, today))
    return {
      status: 'cancelled',
      reason: text,
      cancelledAt,
      cancelReason: 'Patient asked',
      version: 2,
    } as const
  }
  if (startsAt >= today - 10 * dayMs) return { status: 'booked', reason: text, version: 1 } as const
  if (luck.oneIn(14)) return { status: 'missed', reason: text, version: 2 } as const
  return {
    status: 'checked',
    reason: text,
    checkedAt: new Date(startsAt + (5 + luck.below(40)) * 60_000),
    checkedBy: doctorId,
    diagnosis,
    prescription: luck.oneIn(40) ? luck.pick(awkwardTexts) : prescription,
    ...(luck.oneIn(3)
      ? { nextVisit: new Date(startsAt + (7 + luck.below(60)) * dayMs).toISOString().slice(0, 10) }
      : {}),
    version: 2,
  } as const
}

/** A quarter of an hour each, shorter where a very big seed needs more room in a day. */
function slotMinutes(appointments: number, doctors: number): number {
  const fits = [15, 5, 1].find((minutes) => (openMinutes / minutes) * doctors >= appointments)
  if (fits === undefined) throw new RangeError('more appointments a day than the hospital has minutes')
  return fits
}

function doctor(
  index: number,
  departments: readonly DepartmentDocument[],
  luck: Chance,
  createdAt: Date,
): Doctor {
  const department = departments[index % departments.length] as DepartmentDocument
  const demo = index === 0
  return {
    ...person({
      _id: demo ? logins.doctor.personId : `doctor-${index + 1}`,
      kind: 'doctor',
      name: `Dr ${demo ? 'Ravi Iyer' : personName(luck)}`,
      number: `KMC-${10_201 + index * 37}`,
      mail: demo ? logins.doctor.login : `doctor-${index + 1}@example.test`,
      createdAt,
    }),
    departmentId: department._id,
    department,
    cases: departmentCases[department.name] ?? [],
  }
}

function patient(index: number, luck: Chance, createdAt: Date): PersonDocument {
  const demo = index === 0
  return {
    ...person({
      _id: demo ? logins.patient.personId : `patient-${index + 1}`,
      kind: 'patient',
      name: demo ? 'मीरा Sharma' : personName(luck),
      number: `P-${String(index + 1).padStart(6, '0')}`,
      mail: demo ? logins.patient.login : `patient-${index + 1}@example.test`,
      createdAt,
    }),
    // 0000 cannot begin an Indian number: nobody is called by mistake.
    phone: `+91 00000 ${String(index).padStart(5, '0')}`,
    language: luck.oneIn(3) ? 'hi' : 'en',
  }
}

function person(
  fields: Pick<PersonDocument, '_id' | 'kind' | 'name' | 'number' | 'createdAt'> & { mail: string },
): PersonDocument {
  return { ...fields, language: 'en', zone, active: true, version: 1 }
}

function shown({ _id, name, number }: PersonDocument): AppointmentDocument['patient'] {
  return { id: _id, name, number }
}
