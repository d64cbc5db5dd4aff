import {
  type AppointmentDocument,
  type EmergencyAccessDocument,
  historyAccess,
  type RelationVisit,
  relationFields,
} from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import { dayBounds, dayIn } from '@rounds/schedule'
import { olderThan } from '../http/index.ts'
import type { PatientsTreated } from '../people/index.ts'
import type { EmergencyAccesses } from './emergency-access-routes.ts'
import type { ReadHistoryAccess } from './history-access.ts'

export function mongoHistoryAccess(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
  zone: string,
): {
  historyAccess: ReadHistoryAccess
  patientsTreated: PatientsTreated
  emergencyAccesses: EmergencyAccesses
} {
  const appointments = store.collection<AppointmentDocument>('appointments')
  const opened = store.collection<EmergencyAccessDocument>('emergencyAccess')

  /** By what stands between the doctor and each of these people. */
  async function earned(doctorId: string, patientIds: readonly string[]) {
    const visits = await appointments
      .find<RelationVisit & Pick<AppointmentDocument, 'patient'>>(
        { 'patient.id': { $in: [...patientIds] }, 'doctor.id': doctorId },
        { projection: { ...relationFields, 'patient.id': 1 } },
      )
      .toArray()
    const startOfToday = dayBounds(dayIn(now(), zone), zone).since
    const byPatient = Map.groupBy(visits, ({ patient }) => patient.id)
    return (patientId: string) => historyAccess(doctorId, byPatient.get(patientId) ?? [], startOfToday)
  }

  return {
    async historyAccess(doctorId, patientId) {
      const access = (await earned(doctorId, [patientId]))(patientId)
      if (access === 'whole') return access
      return (await opened.findOne({ doctorId, patientId, until: { $gt: now() } })) ? 'whole' : access
    },
    async patientsTreated(doctorId, among) {
      const accessTo = await earned(doctorId, among)
      return new Set(among.filter((patientId) => accessTo(patientId) === 'whole'))
    },
    emergencyAccesses: {
      async add(access) {
        await opened.insertOne(access)
      },
      list: (page) =>
        opened
          .find(olderThan('at', page))
          .sort({ at: -1, _id: -1 })
          .limit(page.limit + 1)
          .toArray(),
    },
  }
}
