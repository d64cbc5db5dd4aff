import { defineReport } from '../define-report.ts'
import { startsWithin } from '../period.ts'

export const appointments = defineReport('appointments', {
  collection: 'appointments',
  filter: (asked) => {
    const { departmentId, status } = asked.parameters
    const doctorId = asked.role === 'doctor' ? asked.requestedBy : asked.parameters.doctorId
    return {
      ...startsWithin(asked),
      ...(doctorId && { 'doctor.id': doctorId }),
      ...(departmentId && { 'department.id': departmentId }),
      ...(status && { status }),
    }
  },
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
