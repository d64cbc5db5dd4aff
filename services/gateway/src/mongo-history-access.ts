import {
  type AppointmentDocument,
  type EmergencyAccessDocument,
  historyAccess,
  type RelationVisit,
  relationFields,
} from '@rounds/contracts'
import type { MongoStore } from '@rounds/ledger'
import { dayBounds, dayIn } from '@rounds/schedule'
import type { EmergencyAccesses } from './emergency-access/route.ts'
import type { ReadHistoryAccess } from './history-access.ts'
import { olderThan } from './mongo-page.ts'

export function mongoHistoryAccess(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
  zone: string,
): { historyAccess: ReadHistoryAccess; emergencyAccesses: EmergencyAccesses } {
  const appointments = store.collection<AppointmentDocument>('appointments')
  const opened = store.collection<EmergencyAccessDocument>('emergencyAccess')

  return {
    async historyAccess(doctorId, patientId) {
      const visits = await appointments
        .find<RelationVisit>(
          { 'patient.id': patientId, 'doctor.id': doctorId },
          { projection: relationFields },
        )
        .toArray()
      const earned = historyAccess(doctorId, visits, dayBounds(dayIn(now(), zone), zone).since)
      if (earned === 'whole') return earned
      return (await opened.findOne({ doctorId, patientId, until: { $gt: now() } })) ? 'whole' : earned
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
