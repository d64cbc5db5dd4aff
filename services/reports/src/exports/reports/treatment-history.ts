import { type Asked, defineReport, RefusedReportError } from '../define-report.ts'
import { within } from '../period.ts'

export const treatmentHistory = defineReport('treatment-history', {
  collection: 'appointments',
  filter: (asked) => ({ 'patient.id': patientOf(asked), ...within('startsAt', asked) }),
  // All that others did as well, but only of a patient whom they treat.
  relation: (asked) =>
    asked.role === 'doctor' ? { patientId: patientOf(asked), doctorId: asked.requestedBy } : undefined,
  sort: { startsAt: 1, _id: 1 },
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

function patientOf({ role, requestedBy, parameters }: Asked): string {
  const patientId = role === 'patient' ? requestedBy : parameters.patientId
  if (!patientId)
    throw new RefusedReportError('INVALID_PARAMETERS', 'The history of which patient was not said.')
  return patientId
}
