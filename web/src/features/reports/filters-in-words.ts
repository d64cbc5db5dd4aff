import type { AppointmentStatus, DeliveryState } from '@rounds/contracts/http'
import type { Formats } from '../../format/formats.ts'
import type { Texts } from '../../texts/texts.ts'

/** "1–30 Nov 2026 · Cardiology · Checked". A patient is never named here: it stands in the open for long. */
export function filtersInWords(
  { from, to, departmentId, doctorId, patientId, status, outcome, by }: Readonly<Record<string, string>>,
  names: ReadonlyMap<string, string>,
  { reports, ranges, appointmentStatus, deliveryState }: Texts,
  { range }: Formats,
): string {
  const words = [
    range({ ...(from && { from }), ...(to && { to }) }) ?? ranges.all,
    departmentId && (names.get(departmentId) ?? reports.aDepartment),
    doctorId && (names.get(doctorId) ?? reports.aDoctor),
    patientId && reports.onePatient,
    status && (appointmentStatus[status as AppointmentStatus] ?? status),
    outcome && (deliveryState[outcome as DeliveryState] ?? outcome),
    by && (reports.by[by as keyof typeof reports.by] ?? by),
  ]
  return words.filter(Boolean).join(' · ')
}
