import { type TObject, Type } from 'typebox'
import { appointmentStatus } from './appointment-status.ts'
import { day, identifier } from './identifier.ts'

/** As what a person may ask for a report. */
export type ReportRole = 'admin' | 'doctor' | 'patient'

/** How a column's values are written, and whether a leading `=` in them is text that must not become a formula. */
export type ColumnType = 'identifier' | 'text' | 'instant' | 'day' | 'integer' | 'decimal'

export interface ReportColumn {
  readonly id: string
  readonly header: string
  readonly type: ColumnType
  /** Who may see it; absent means everyone who may have the report. */
  readonly roles?: readonly ReportRole[]
}

/** What a report is, as far as anyone but the reports service needs to know: what may be asked, and what comes. */
export interface ReportDeclaration {
  readonly report: string
  readonly title: string
  readonly about: string
  readonly roles: readonly ReportRole[]
  /** Strings only: they travel in an event, and each is a date, an identifier or one of a list. */
  readonly parameters: TObject
  readonly columns: readonly ReportColumn[]
}

const appointments = {
  report: 'appointments',
  title: 'Appointments',
  about:
    'Every appointment of a period. A doctor gets their own; an admin may narrow by department, doctor and status.',
  roles: ['admin', 'doctor'],
  parameters: Type.Object(
    {
      from: Type.Optional(day('First day, in the hospital’s zone')),
      to: Type.Optional(day('Last day, included')),
      departmentId: Type.Optional(identifier('Only this department')),
      doctorId: Type.Optional(identifier('Only this doctor')),
      status: Type.Optional(appointmentStatus),
    },
    { additionalProperties: false },
  ),
  columns: [
    { id: 'appointmentId', header: 'Appointment', type: 'identifier' },
    { id: 'startsAt', header: 'Starts at', type: 'instant' },
    { id: 'status', header: 'Status', type: 'text' },
    { id: 'patientNumber', header: 'Patient number', type: 'identifier' },
    { id: 'patientName', header: 'Patient', type: 'text' },
    { id: 'doctorNumber', header: 'Doctor number', type: 'identifier' },
    { id: 'doctorName', header: 'Doctor', type: 'text' },
    { id: 'department', header: 'Department', type: 'text' },
    { id: 'reason', header: 'Reason for visit', type: 'text' },
    { id: 'minutes', header: 'Minutes', type: 'integer' },
    { id: 'fee', header: 'Fee', type: 'decimal' },
    { id: 'bookedAt', header: 'Booked at', type: 'instant' },
    { id: 'checkedAt', header: 'Checked at', type: 'instant' },
    { id: 'diagnosis', header: 'Diagnosis', type: 'text', roles: ['doctor'] },
    { id: 'prescription', header: 'Prescription', type: 'text', roles: ['doctor'] },
  ],
} as const satisfies ReportDeclaration

const treatmentHistory = {
  report: 'treatment-history',
  title: 'Treatment history',
  about:
    'Everything one patient was treated for. A patient gets their own; a doctor, that of a patient of theirs.',
  roles: ['admin', 'doctor', 'patient'],
  parameters: Type.Object(
    {
      patientId: Type.Optional(identifier('Whose; a patient may leave it out')),
      from: Type.Optional(day('First day, in the hospital’s zone')),
      to: Type.Optional(day('Last day, included')),
    },
    { additionalProperties: false },
  ),
  columns: [
    { id: 'startsAt', header: 'Date', type: 'instant' },
    { id: 'status', header: 'Status', type: 'text' },
    { id: 'department', header: 'Department', type: 'text' },
    { id: 'doctorName', header: 'Doctor', type: 'text' },
    { id: 'reason', header: 'Reason for visit', type: 'text' },
    { id: 'diagnosis', header: 'Diagnosis', type: 'text' },
    { id: 'prescription', header: 'Prescription', type: 'text' },
    { id: 'nextVisit', header: 'Next visit', type: 'day' },
    { id: 'appointmentId', header: 'Appointment', type: 'identifier' },
  ],
} as const satisfies ReportDeclaration

/** Every report there is, in the order the page offers them. */
export const reportCatalogue: readonly ReportDeclaration[] = [appointments, treatmentHistory]

/** The declaration of a report as one role sees it, or nothing when that role may not have it. */
export function reportFor(report: string, role: ReportRole): ReportDeclaration | undefined {
  const declaration = reportCatalogue.find((one) => one.report === report)
  if (!declaration?.roles.includes(role)) return undefined
  return {
    ...declaration,
    columns: declaration.columns.filter((column) => column.roles?.includes(role) ?? true),
  }
}
