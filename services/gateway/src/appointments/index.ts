export { type Happened, newsOf } from './appointment-events.ts'
export type { Appointments } from './appointments.ts'
export type { ReadHistoryAccess } from './history-access.ts'
export type { AppointmentChat } from './list-route.ts'
export type { WithSlots } from './mongo-slots.ts'

import type { Service } from '@rounds/service'
import { type AuditModule, auditDueIndex } from '../audit/index.ts'
import type { GatewayConfig } from '../config.ts'
import type { ModuleFace } from '../http/index.ts'
import type { PeopleModule } from '../people/index.ts'
import { bookAppointment } from './book-route.ts'
import { changeAppointment } from './change-route.ts'
import { openEmergencyAccess } from './emergency-access-routes.ts'
import { type AppointmentChat, listAppointments } from './list-route.ts'
import { mongoAppointments } from './mongo-appointments.ts'
import { mongoHistoryAccess } from './mongo-history-access.ts'
import { openPlaceIndexes } from './mongo-open-places.ts'
import { slotIndexes } from './mongo-slots.ts'

export type AppointmentsModule = ReturnType<typeof appointmentsModule>

/** Appointments, and who may read a patient's history because of them. */
export function appointmentsModule(
  { config, make, now, outbox, store }: Service<GatewayConfig>,
  {
    audit: { audit },
    people: { people, departments, namesOf },
    access,
    chatOfAppointments,
  }: {
    readonly audit: AuditModule
    readonly people: PeopleModule
    readonly access: HistoryAccessReader
    readonly chatOfAppointments: AppointmentChat
  },
) {
  const appointments = mongoAppointments(store, now, outbox.ring)
  const zone = config.HOSPITAL_ZONE
  const { historyAccess, emergencyAccesses } = access

  return {
    name: 'appointments',
    appointments,
    historyAccess,
    routes: [
      listAppointments({ appointments, chatOfAppointments, audit, zone }),
      bookAppointment({
        appointments,
        people,
        departments,
        longestVisitMinutes: config.VISIT_MINUTES_LIMIT,
        openVisitBounds: {
          ofPatient: config.OPEN_VISITS_PER_PATIENT,
          withDoctor: config.OPEN_VISITS_PER_PATIENT_AND_DOCTOR,
        },
        audit,
        make,
        now,
      }),
      changeAppointment({ appointments, audit, make, now, zone }),
      openEmergencyAccess({ emergencyAccesses, people, namesOf, audit, now }),
    ],
    indexes: {
      appointments: [
        { key: { startsAt: 1, _id: 1 } },
        { key: { status: 1, startsAt: 1, _id: 1 } },
        { key: { 'doctor.id': 1, startsAt: 1, _id: 1 } },
        { key: { 'patient.id': 1, startsAt: 1, _id: 1 } },
        { key: { 'department.id': 1, startsAt: 1, _id: 1 } },
        auditDueIndex,
        ...slotIndexes,
        ...openPlaceIndexes,
      ],
    },
    outboxes: ['appointments'],
  } satisfies ModuleFace
}

export type HistoryAccessReader = ReturnType<typeof historyAccessReader>

/** Who treats whom, read from appointments. Made before the module, since people are shown by it. */
export const historyAccessReader = ({ config, now, store }: Service<GatewayConfig>) =>
  mongoHistoryAccess(store, now, config.HOSPITAL_ZONE)
