import type { Asked } from './define-report.ts'

/** Appointments of a department and a doctor; of a doctor's own, whichever doctor they name. */
export function ofPlaces({ parameters, role, requestedBy }: Asked): Readonly<Record<string, unknown>> {
  const { departmentId } = parameters
  const doctorId = role === 'doctor' ? requestedBy : parameters.doctorId
  return {
    ...(doctorId && { 'doctor.id': doctorId }),
    ...(departmentId && { 'department.id': departmentId }),
  }
}
