import { defineReport } from '../define-report.ts'
import { ofPlaces } from '../of-places.ts'
import { within } from '../period.ts'

export const appointments = defineReport('appointments', {
  collection: 'appointments',
  filter: (asked) => {
    const { status } = asked.parameters
    return { ...within('startsAt', asked), ...ofPlaces(asked), ...(status && { status }) }
  },
  sort: { startsAt: 1, _id: 1 },
  paths: {
    appointmentId: '_id',
    startsAt: 'startsAt',
    status: 'status',
    patientNumber: 'patient.number',
    patientName: 'patient.name',
    doctorNumber: 'doctor.number',
    doctorName: 'doctor.name',
    department: 'department.name',
    reason: 'reason',
    minutes: 'minutes',
    fee: 'fee',
    bookedAt: 'bookedAt',
    checkedAt: 'checkedAt',
    diagnosis: 'diagnosis',
    prescription: 'prescription',
  },
})
