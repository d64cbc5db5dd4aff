import { type TObject, Type } from 'typebox'
import { appointmentStatus } from './appointment-status.ts'
import { type DataClass, maySee } from './data-classes.ts'
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
  /** That of the field that it shows. Decides who sees it, and whether the file may travel by mail. */
  readonly class: DataClass
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
    { id: 'appointmentId', header: 'Appointment', type: 'identifier', class: 'administrative' },
    { id: 'startsAt', header: 'Starts at', type: 'instant', class: 'administrative' },
    { id: 'status', header: 'Status', type: 'text', class: 'administrative' },
    { id: 'patientNumber', header: 'Patient number', type: 'identifier', class: 'administrative' },
    { id: 'patientName', header: 'Patient', type: 'text', class: 'administrative' },
    { id: 'doctorNumber', header: 'Doctor number', type: 'identifier', class: 'administrative' },
    { id: 'doctorName', header: 'Doctor', type: 'text', class: 'administrative' },
    { id: 'department', header: 'Department', type: 'text', class: 'administrative' },
    { id: 'reason', header: 'Reason for visit', type: 'text', class: 'administrative' },
    { id: 'minutes', header: 'Minutes', type: 'integer', class: 'administrative' },
    { id: 'fee', header: 'Fee', type: 'decimal', class: 'administrative' },
    { id: 'bookedAt', header: 'Booked at', type: 'instant', class: 'administrative' },
    { id: 'checkedAt', header: 'Checked at', type: 'instant', class: 'administrative' },
    { id: 'diagnosis', header: 'Diagnosis', type: 'text', class: 'clinical' },
    { id: 'prescription', header: 'Prescription', type: 'text', class: 'clinical' },
  ],
} as const satisfies ReportDeclaration

const treatmentHistory = {
  report: 'treatment-history',
  title: 'Treatment history',
  about:
    'Everything one patient was treated for. A patient gets their own; a doctor, that of a patient of theirs; an admin, the visits without what was found and prescribed.',
  roles: ['admin', 'doctor', 'patient'],
  parameters: Type.Object(
    { patientId: Type.Optional(identifier('Whose; a patient may leave it out')), ...period },
    { additionalProperties: false },
  ),
  columns: [
    { id: 'startsAt', header: 'Date', type: 'instant', class: 'administrative' },
    { id: 'status', header: 'Status', type: 'text', class: 'administrative' },
    { id: 'department', header: 'Department', type: 'text', class: 'administrative' },
    { id: 'doctorName', header: 'Doctor', type: 'text', class: 'administrative' },
    { id: 'reason', header: 'Reason for visit', type: 'text', class: 'administrative' },
    { id: 'diagnosis', header: 'Diagnosis', type: 'text', class: 'clinical' },
    { id: 'prescription', header: 'Prescription', type: 'text', class: 'clinical' },
    { id: 'nextVisit', header: 'Next visit', type: 'day', class: 'administrative' },
    { id: 'appointmentId', header: 'Appointment', type: 'identifier', class: 'administrative' },
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
    { id: 'period', header: 'Period', type: 'text', class: 'administrative' },
    { id: 'doctorNumber', header: 'Doctor number', type: 'identifier', class: 'administrative' },
    { id: 'doctorName', header: 'Doctor', type: 'text', class: 'administrative' },
    { id: 'appointments', header: 'Appointments', type: 'integer', class: 'administrative' },
    { id: 'booked', header: 'Still booked', type: 'integer', class: 'administrative' },
    { id: 'checked', header: 'Checked', type: 'integer', class: 'administrative' },
    { id: 'cancelled', header: 'Cancelled', type: 'integer', class: 'administrative' },
    { id: 'missed', header: 'Missed', type: 'integer', class: 'administrative' },
    { id: 'noShowPercent', header: 'No-show rate in %', type: 'decimal', class: 'administrative' },
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
    { id: 'appointmentId', header: 'Appointment', type: 'identifier', class: 'administrative' },
    { id: 'startsAt', header: 'Starts at', type: 'instant', class: 'administrative' },
    { id: 'patientNumber', header: 'Patient number', type: 'identifier', class: 'administrative' },
    { id: 'patientName', header: 'Patient', type: 'text', class: 'administrative' },
    { id: 'doctorNumber', header: 'Doctor number', type: 'identifier', class: 'administrative' },
    { id: 'doctorName', header: 'Doctor', type: 'text', class: 'administrative' },
    { id: 'department', header: 'Department', type: 'text', class: 'administrative' },
    { id: 'reason', header: 'Reason for visit', type: 'text', class: 'administrative' },
    { id: 'minutes', header: 'Minutes', type: 'integer', class: 'administrative' },
    { id: 'bookedAt', header: 'Booked at', type: 'instant', class: 'administrative' },
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
    { id: 'deliveryId', header: 'Delivery', type: 'identifier', class: 'administrative' },
    { id: 'acceptedAt', header: 'Asked for at', type: 'instant', class: 'administrative' },
    { id: 'settledAt', header: 'Settled at', type: 'instant', class: 'administrative' },
    { id: 'outcome', header: 'Outcome', type: 'text', class: 'administrative' },
    { id: 'code', header: 'Because of', type: 'text', class: 'administrative' },
    { id: 'recipientName', header: 'Recipient', type: 'text', class: 'administrative' },
    { id: 'recipientNumber', header: 'Recipient number', type: 'identifier', class: 'administrative' },
    { id: 'address', header: 'Sent to', type: 'text', class: 'contact' },
    { id: 'template', header: 'Template', type: 'text', class: 'administrative' },
    { id: 'subject', header: 'Subject', type: 'text', class: 'administrative' },
    { id: 'purpose', header: 'Purpose', type: 'text', class: 'administrative' },
    { id: 'language', header: 'Language', type: 'text', class: 'administrative' },
    { id: 'batch', header: 'Part of', type: 'text', class: 'administrative' },
    { id: 'batchId', header: 'Batch', type: 'identifier', class: 'administrative' },
    { id: 'attempts', header: 'Attempts', type: 'integer', class: 'administrative' },
    { id: 'replyCode', header: 'Server’s answer', type: 'integer', class: 'administrative' },
    { id: 'messageId', header: 'Message-ID', type: 'text', class: 'administrative' },
  ],
} as const satisfies ReportDeclaration

const auditLog = {
  report: 'audit-log',
  title: 'Audit log',
  about: 'Who did what, to what, when, from where.',
  roles: ['admin'],
  parameters: Type.Object(period, { additionalProperties: false }),
  columns: [
    { id: 'auditId', header: 'Entry', type: 'identifier', class: 'administrative' },
    { id: 'at', header: 'At', type: 'instant', class: 'administrative' },
    { id: 'who', header: 'Who', type: 'text', class: 'administrative' },
    { id: 'role', header: 'Role', type: 'text', class: 'administrative' },
    { id: 'did', header: 'Did', type: 'text', class: 'administrative' },
    { id: 'to', header: 'To', type: 'text', class: 'administrative' },
    { id: 'from', header: 'From', type: 'text', class: 'administrative' },
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
    columns: declaration.columns.filter((column) => maySee(role, column.class)),
  }
}

/**
 * Whether a file of this report is clinical. By the report and not by its columns alone: of a treatment history the visits by
 * themselves say what somebody was treated for. A clinical file leaves by download only.
 */
export function isClinicalFile({
  report,
  role,
  columns,
}: {
  readonly report: string
  readonly role: ReportRole
  readonly columns?: readonly string[] | undefined
}): boolean {
  const declaration = reportFor(report, role)
  if (!declaration || report === treatmentHistory.report) return true
  return declaration.columns.some(
    ({ id, class: dataClass }) => dataClass === 'clinical' && (columns?.includes(id) ?? true),
  )
}
