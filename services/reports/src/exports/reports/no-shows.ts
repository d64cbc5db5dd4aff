import { defineReport } from '../define-report.ts'
import { ofPlaces } from '../of-places.ts'
import { within } from '../period.ts'

export const noShows = defineReport('no-shows', {
  collection: 'appointments',
  filter: (asked) => ({ status: 'missed', ...within('startsAt', asked), ...ofPlaces(asked) }),
  sort: { startsAt: 1, _id: 1 },
  paths: {
    appointmentId: '_id',
    startsAt: 'startsAt',
    patientNumber: 'patient.number',
    patientName: 'patient.name',
    doctorNumber: 'doctor.number',
    doctorName: 'doctor.name',
    department: 'department.name',
    reason: 'reason',
    minutes: 'minutes',
    bookedAt: 'bookedAt',
  },
})
