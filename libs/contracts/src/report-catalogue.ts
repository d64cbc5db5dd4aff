import { type TObject, Type } from 'typebox'
import { appointmentStatus } from './appointment-status.ts'
import { day, identifier } from './identifier.ts'
import { deliveryState } from './mail-words.ts'

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

const period = {
  from: Type.Optional(day('First day, in the hospital’s zone')),
  to: Type.Optional(day('Last day, included')),
}

/** Of what a doctor gets their own only. */
const places = {
  departmentId: Type.Optional(identifier('Only this department')),
  doctorId: Type.Optional(identifier('Only this doctor')),
}

const appointments = {
  report: 'appointments',
  title: 'Appointments',
  about:
    'Every appointment of a period. A doctor gets their own; an admin may narrow by department, doctor and status.',
  roles: ['admin', 'doctor'],
  parameters: Type.Object(
    { ...period, ...places, status: Type.Optional(appointmentStatus) },
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
    { patientId: Type.Optional(identifier('Whose; a patient may leave it out')), ...period },
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

const doctorActivity = {
  report: 'doctor-activity',
  title: 'Doctor activity',
  about:
    'How many appointments each doctor had, by what became of them, month by month or day by day. A doctor gets their own.',
  roles: ['admin', 'doctor'],
  parameters: Type.Object(
    {
      ...period,
      ...places,
      by: Type.Optional(
        Type.Union([Type.Literal('month'), Type.Literal('day')], {
          description: 'A line for each month, or for each day; by month when left out',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  columns: [
    { id: 'period', header: 'Period', type: 'text' },
    { id: 'doctorNumber', header: 'Doctor number', type: 'identifier' },
    { id: 'doctorName', header: 'Doctor', type: 'text' },
    { id: 'appointments', header: 'Appointments', type: 'integer' },
    { id: 'booked', header: 'Still booked', type: 'integer' },
    { id: 'checked', header: 'Checked', type: 'integer' },
    { id: 'cancelled', header: 'Cancelled', type: 'integer' },
    { id: 'missed', header: 'Missed', type: 'integer' },
    { id: 'noShowPercent', header: 'No-show rate in %', type: 'decimal' },
  ],
} as const satisfies ReportDeclaration

const noShows = {
  report: 'no-shows',
  title: 'No-shows',
  about:
    'The appointments of a period that nobody came to. A doctor gets their own; an admin may narrow by department and doctor.',
  roles: ['admin', 'doctor'],
  parameters: Type.Object({ ...period, ...places }, { additionalProperties: false }),
  columns: [
    { id: 'appointmentId', header: 'Appointment', type: 'identifier' },
    { id: 'startsAt', header: 'Starts at', type: 'instant' },
    { id: 'patientNumber', header: 'Patient number', type: 'identifier' },
    { id: 'patientName', header: 'Patient', type: 'text' },
    { id: 'doctorNumber', header: 'Doctor number', type: 'identifier' },
    { id: 'doctorName', header: 'Doctor', type: 'text' },
    { id: 'department', header: 'Department', type: 'text' },
    { id: 'reason', header: 'Reason for visit', type: 'text' },
    { id: 'minutes', header: 'Minutes', type: 'integer' },
    { id: 'bookedAt', header: 'Booked at', type: 'instant' },
  ],
} as const satisfies ReportDeclaration

const mailLog = {
  report: 'mail-log',
  title: 'Mail log',
  about:
    'What was to be sent to whom, when, and what became of it. A period is that in which the mails were asked for.',
  roles: ['admin'],
  parameters: Type.Object(
    { ...period, outcome: Type.Optional(deliveryState) },
    { additionalProperties: false },
  ),
  columns: [
    { id: 'deliveryId', header: 'Delivery', type: 'identifier' },
    { id: 'acceptedAt', header: 'Asked for at', type: 'instant' },
    { id: 'settledAt', header: 'Settled at', type: 'instant' },
    { id: 'outcome', header: 'Outcome', type: 'text' },
    { id: 'code', header: 'Because of', type: 'text' },
    { id: 'recipientName', header: 'Recipient', type: 'text' },
    { id: 'recipientNumber', header: 'Recipient number', type: 'identifier' },
    { id: 'address', header: 'Sent to', type: 'text' },
    { id: 'template', header: 'Template', type: 'text' },
    { id: 'subject', header: 'Subject', type: 'text' },
    { id: 'purpose', header: 'Purpose', type: 'text' },
    { id: 'language', header: 'Language', type: 'text' },
    { id: 'batch', header: 'Part of', type: 'text' },
    { id: 'batchId', header: 'Batch', type: 'identifier' },
    { id: 'attempts', header: 'Attempts', type: 'integer' },
    { id: 'replyCode', header: 'Server’s answer', type: 'integer' },
    { id: 'messageId', header: 'Message-ID', type: 'text' },
  ],
} as const satisfies ReportDeclaration

const auditLog = {
  report: 'audit-log',
  title: 'Audit log',
  about: 'Who did what, to what, when, from where.',
  roles: ['admin'],
  parameters: Type.Object(period, { additionalProperties: false }),
  columns: [
    { id: 'auditId', header: 'Entry', type: 'identifier' },
    { id: 'at', header: 'At', type: 'instant' },
    { id: 'who', header: 'Who', type: 'text' },
    { id: 'role', header: 'Role', type: 'text' },
    { id: 'did', header: 'Did', type: 'text' },
    { id: 'to', header: 'To', type: 'text' },
    { id: 'from', header: 'From', type: 'text' },
  ],
} as const satisfies ReportDeclaration

/** Every report there is, in the order the page offers them. */
export const reportCatalogue: readonly ReportDeclaration[] = [
  appointments,
  treatmentHistory,
  doctorActivity,
  noShows,
  mailLog,
  auditLog,
]

/** The declaration of a report as one role sees it, or nothing when that role may not have it. */
export function reportFor(report: string, role: ReportRole): ReportDeclaration | undefined {
  const declaration = reportCatalogue.find((one) => one.report === report)
  if (!declaration?.roles.includes(role)) return undefined
  return {
    ...declaration,
    columns: declaration.columns.filter((column) => column.roles?.includes(role) ?? true),
  }
}
