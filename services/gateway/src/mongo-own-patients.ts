import type { AppointmentDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/ledger'

/** Who among these people is a patient of this doctor's: the one place of the gateway that says so. */
export function mongoOwnPatients(store: Pick<MongoStore, 'collection'>) {
  const appointments = store.collection<AppointmentDocument>('appointments')
  return async (doctorId: string, among: readonly string[]): Promise<ReadonlySet<string>> =>
    new Set(
      await appointments.distinct('patient.id', { 'doctor.id': doctorId, 'patient.id': { $in: [...among] } }),
    )
}
