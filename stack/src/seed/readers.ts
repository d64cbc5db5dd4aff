import type { ConsentDocument, DepartmentDocument, PersonDocument } from '@rounds/contracts'
import type { SeededAppointment } from './hospital.ts'

/** The department whose patients the tour mails to. */
export const readersDepartmentId = 'department-wellness'
const count = 25

/** Patients to mail to: as many as can be counted by eye, one with an address that is none and one who wants no such mail. */
export interface Readers {
  readonly department: DepartmentDocument
  readonly people: readonly PersonDocument[]
  readonly consents: readonly ConsentDocument[]
  /** One visit each, long over: by these they belong to the department. */
  readonly appointments: readonly SeededAppointment[]
}

export function seededReaders(anchor: string): Readers {
  const midnight = Date.parse(`${anchor}T00:00:00+05:30`)
  const createdAt = new Date(midnight - 60 * 24 * 3_600_000)
  const department = { _id: readersDepartmentId, name: 'Wellness', active: true, version: 1 }
  const known = { language: 'en', zone: 'Asia/Kolkata', active: true, version: 1, createdAt } as const
  const doctor: PersonDocument = {
    ...known,
    _id: 'doctor-wellness',
    kind: 'doctor',
    name: 'Dr Nandini Rao',
    number: 'KMC-90001',
    mail: 'doctor-wellness@example.test',
    departmentId: readersDepartmentId,
  }
  const patients = Array.from(
    { length: count },
    (_, n): PersonDocument => ({
      ...known,
      _id: `reader-${n + 1}`,
      kind: 'patient',
      name: `Reader ${n + 1}`,
      number: `P-9${String(n + 1).padStart(5, '0')}`,
      // As somebody typed it at the desk once: two addresses in one field.
      mail: n === 0 ? 'reader-1@example.test, reader-1b@example.test' : `reader-${n + 1}@example.test`,
    }),
  )
  return {
    department,
    people: [doctor, ...patients],
    consents: [
      {
        _id: 'reader-2',
        care: true,
        administrative: false,
        marketing: false,
        updatedAt: createdAt,
        via: 'unsubscribe',
      },
    ],
    appointments: patients.map((patient, n): SeededAppointment => {
      const startsAt = new Date(midnight - 30 * 24 * 3_600_000 + (9 * 60 + n * 15) * 60_000)
      return {
        _id: `visit-reader-${n + 1}`,
        status: 'checked',
        startsAt,
        minutes: 15,
        patient: { id: patient._id, name: patient.name, number: patient.number },
        doctor: { id: doctor._id, name: doctor.name, number: doctor.number },
        department: { id: department._id, name: department.name },
        reason: 'Yearly check',
        fee: '0.00',
        bookedAt: createdAt,
        checkedAt: startsAt,
        version: 2,
      }
    }),
  }
}
