import { defineReport, RefusedReportError } from '../define-report.ts'
import { startsWithin } from '../period.ts'

export const treatmentHistory = defineReport('treatment-history', {
  collection: 'appointments',
  filter: (asked) => {
    const patientId = asked.role === 'patient' ? asked.requestedBy : asked.parameters.patientId
    if (!patientId)
      throw new RefusedReportError('INVALID_PARAMETERS', 'The history of which patient was not said.')
    return {
      'patient.id': patientId,
      ...(asked.role === 'doctor' && { 'doctor.id': asked.requestedBy }),
      ...startsWithin(asked),
    }
  },
  paths: {
    startsAt: 'startsAt',
    status: 'status',
    department: 'department.name',
    doctorName: 'doctor.name',
    reason: 'reason',
    diagnosis: 'diagnosis',
    prescription: 'prescription',
    nextVisit: 'nextVisit',
    appointmentId: '_id',
  },
})
