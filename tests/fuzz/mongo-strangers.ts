import type { AppointmentDocument, PersonDocument } from '@rounds/contracts'
import { MongoClient } from 'mongodb'

/** What stands in the records of somebody who is no patient of those who ask, and who of them may see it all the same. */
export const planted = [
  // A doctor finds every patient by name, to book them.
  { word: 'PLANTEDNAME', for: ['admin', 'approver', 'doctor'] },
  { word: 'PLANTEDREASON', for: ['admin', 'approver'] },
  { word: 'PLANTEDDIAGNOSIS', for: [] },
] as const
const [{ word: name }, { word: reason }, { word: diagnosis }] = planted

interface Account {
  readonly _id: string
  readonly personId: string
  readonly role: string
}

/** Adds them, and a machine's account. Their identifiers are told, their data is not. */
export async function plantStrangers(
  mongoUrl: string,
): Promise<{ patientId: string; appointmentId: string }> {
  const client = new MongoClient(mongoUrl)
  try {
    const accounts = client.db().collection<Account>('accounts')
    const people = client.db().collection<PersonDocument>('people')
    const appointments = client.db().collection<AppointmentDocument & { outbox?: unknown[] }>('appointments')
    const admin = await accounts.findOne({ personId: 'demo-admin' })
    const adminPerson = await people.findOne({ _id: 'demo-admin' })
    const patient = await people.findOne({ kind: 'patient', _id: { $ne: 'demo-patient' } })
    const visit = await appointments.findOne({ 'doctor.id': { $ne: 'demo-doctor' }, status: 'checked' })
    if (!admin || !adminPerson || !patient || !visit) throw new Error('this is not the seeded hospital')
    await people.insertMany([
      { ...adminPerson, _id: 'demo-integrator', name: 'Partner system', number: 'S-PARTNER' },
      { ...patient, _id: 'planted', name, number: name, mail: `${name}@example.test` },
    ])
    await accounts.insertOne({
      ...admin,
      _id: 'integrator@example.test',
      personId: 'demo-integrator',
      role: 'integrator',
    })
    await appointments.insertOne({
      ...visit,
      _id: 'planted',
      patient: { id: 'planted', name, number: name },
      reason,
      diagnosis,
      prescription: diagnosis,
    })
    return { patientId: 'planted', appointmentId: 'planted' }
  } finally {
    await client.close()
  }
}
