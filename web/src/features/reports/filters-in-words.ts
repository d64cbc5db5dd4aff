import type { AppointmentStatus } from '@rounds/contracts/http'
import type { Formats } from '../../format/formats.ts'
import type { Texts } from '../../texts/texts.ts'

/** "1–30 Nov 2026 · Cardiology · Checked". A patient is never named here: it stands in the open for long. */
export function filtersInWords(
  { from, to, departmentId, doctorId, patientId, status }: Readonly<Record<string, string>>,
  names: ReadonlyMap<string, string>,
  { reports, ranges, appointmentStatus }: Texts,
  { range }: Formats,
): string {
  const words = [
    range({ ...(from && { from }), ...(to && { to }) }) ?? ranges.all,
    departmentId && (names.get(departmentId) ?? reports.aDepartment),
    doctorId && (names.get(doctorId) ?? reports.aDoctor),
    patientId && reports.onePatient,
    status && (appointmentStatus[status as AppointmentStatus] ?? status),
  ]
  return words.filter(Boolean).join(' · ')
}
