import { deliveriesIn } from '@rounds/contracts'
import { reportCatalogue } from '@rounds/contracts/http'
import { describe, expect, it } from 'vitest'
import { zoneClock } from '../csv/zone-clock.ts'
import { planExport } from './export-plan.ts'
import { allReports } from './reports/all-reports.ts'

type Request = Parameters<typeof planExport>[0]

it('there is a definition for every report of the catalogue', () => {
  expect(allReports.map(({ declaration }) => declaration)).toEqual(reportCatalogue)
})

describe('the appointments report', () => {
  it('has every appointment for an admin who asks for no less', () => {
    expect(plan({ role: 'admin' }).query).toMatchObject({ collection: 'appointments', filter: {} })
  })

  it('covers whole days of the hospital, the last one included', () => {
    const { filter } = plan({ role: 'admin', parameters: { from: '2026-01-01', to: '2026-01-31' } }).query
    expect(filter).toEqual({
      startsAt: { $gte: new Date('2025-12-31T18:30:00Z'), $lt: new Date('2026-01-31T18:30:00Z') },
    })
  })

  it('is narrowed by department, doctor and status', () => {
    const parameters = { departmentId: 'd1', doctorId: 'doc1', status: 'checked' }
    expect(plan({ role: 'admin', parameters }).query.filter).toEqual({
      'department.id': 'd1',
      'doctor.id': 'doc1',
      status: 'checked',
    })
  })

  it('gives a doctor their own, whichever doctor they name', () => {
    const { filter } = plan({ role: 'doctor', requestedBy: 'me', parameters: { doctorId: 'other' } }).query
    expect(filter).toEqual({ 'doctor.id': 'me' })
  })

  it('shows diagnoses to doctors, and not to admins', () => {
    const columns = (role: Request['role']) => plan({ role }).columns.map(({ id }) => id)
    expect(columns('doctor')).toContain('diagnosis')
    expect(columns('admin')).not.toContain('diagnosis')
    expect(() => plan({ role: 'admin', columns: ['diagnosis'] })).toThrow(refusal('UNKNOWN_COLUMN'))
  })

  it('is no report of a patient', () => {
    expect(() => plan({ role: 'patient' })).toThrow(refusal('UNKNOWN_REPORT'))
  })
})

describe('the treatment history', () => {
  const history = (request: Partial<Request>) => plan({ report: 'treatment-history', ...request })

  it('gives a patient their own, whomever they name', () => {
    const { filter } = history({
      role: 'patient',
      requestedBy: 'me',
      parameters: { patientId: 'other' },
    }).query
    expect(filter).toEqual({ 'patient.id': 'me' })
  })

  it('gives a doctor all of one patient’s, if the two have a treatment relation', () => {
    const { query, relation } = history({
      role: 'doctor',
      requestedBy: 'me',
      parameters: { patientId: 'p1' },
    })
    expect(query.filter).toEqual({ 'patient.id': 'p1' })
    expect(relation).toEqual({ patientId: 'p1', doctorId: 'me' })
  })

  it('shows admins no column of what was found and prescribed', () => {
    const { columns } = history({ role: 'admin', parameters: { patientId: 'p1' } })
    expect(columns.map(({ id }) => id)).not.toContain('diagnosis')
    expect(() =>
      history({ role: 'admin', parameters: { patientId: 'p1' }, columns: ['prescription'] }),
    ).toThrow(refusal('UNKNOWN_COLUMN'))
  })

  it.each(['admin', 'patient'] as const)('asks nothing more of a(n) %s', (role) => {
    expect(history({ role, parameters: { patientId: 'p1' } }).relation).toBeUndefined()
  })

  it.each(['admin', 'doctor'] as const)('wants to know from a(n) %s which patient', (role) => {
    expect(() => history({ role })).toThrow(refusal('INVALID_PARAMETERS'))
  })
})

describe('the activity of doctors', () => {
  const activity = (request: Partial<Request>) => plan({ report: 'doctor-activity', ...request })

  it('is counted by the database, of nobody but the doctor who asks, whomever they name', () => {
    const { filter, stages } = activity({
      role: 'doctor',
      requestedBy: 'me',
      parameters: { doctorId: 'other' },
    }).query
    expect(filter).toEqual({ 'doctor.id': 'me' })
    expect(stages?.[0]).toHaveProperty('$group')
  })

  it('is narrowed for an admin by period, department and doctor, before anything is counted', () => {
    const parameters = { from: '2026-01-01', departmentId: 'd1', doctorId: 'doc1' }
    expect(activity({ role: 'admin', parameters }).query.filter).toEqual({
      startsAt: { $gte: new Date('2025-12-31T18:30:00Z') },
      'department.id': 'd1',
      'doctor.id': 'doc1',
    })
  })

  it('reads what a computed column is made of, also when that is no column itself', () => {
    const { query, columns } = activity({ role: 'admin', columns: ['noShowPercent', 'doctorName'] })
    expect(query.projection).toEqual({ appointments: 1, cancelled: 1, missed: 1, doctorName: 1 })
    expect(columns[0]).toMatchObject({ id: 'noShowPercent', computed: 'noShowPercent' })
  })

  it('knows no week', () => {
    expect(() => activity({ role: 'admin', parameters: { by: 'week' } })).toThrow(
      refusal('INVALID_PARAMETERS'),
    )
  })
})

describe('the no-shows', () => {
  it('are missed appointments, of a doctor only their own, whichever doctor they name', () => {
    const asked = { report: 'no-shows', requestedBy: 'me', parameters: { doctorId: 'other' } } as const
    expect(plan({ ...asked, role: 'doctor' }).query.filter).toEqual({
      status: 'missed',
      'doctor.id': 'me',
    })
    expect(plan({ ...asked, role: 'admin' }).query.filter).toEqual({
      status: 'missed',
      'doctor.id': 'other',
    })
  })

  it('cannot be turned into other appointments', () => {
    const parameters = { status: 'booked' }
    expect(() => plan({ report: 'no-shows', role: 'admin', parameters })).toThrow(
      refusal('INVALID_PARAMETERS'),
    )
  })
})

describe('the mail log', () => {
  it('covers the mails that were asked for in a period, narrowed by what became of them', () => {
    const parameters = { to: '2026-01-31', outcome: 'in doubt' }
    expect(plan({ report: 'mail-log', role: 'admin', parameters }).query).toMatchObject({
      collection: 'deliveries',
      filter: { acceptedAt: { $lt: new Date('2026-01-31T18:30:00Z') }, ...deliveriesIn('in doubt') },
      sort: { acceptedAt: 1, _id: 1 },
    })
  })

  it('is refused an outcome that no mail can have', () => {
    const parameters = { outcome: 'read' }
    expect(() => plan({ report: 'mail-log', role: 'admin', parameters })).toThrow(
      refusal('INVALID_PARAMETERS'),
    )
  })
})

describe('the audit log', () => {
  it('covers whole days of the hospital, in the order in which things were done', () => {
    const parameters = { from: '2026-01-01', to: '2026-01-01' }
    expect(plan({ report: 'audit-log', role: 'admin', parameters }).query).toMatchObject({
      collection: 'audit',
      filter: { at: { $gte: new Date('2025-12-31T18:30:00Z'), $lt: new Date('2026-01-01T18:30:00Z') } },
      sort: { at: 1, _id: 1 },
    })
  })
})

describe('every report', () => {
  it.each([
    ['mail-log', 'doctor'],
    ['mail-log', 'patient'],
    ['audit-log', 'doctor'],
    ['audit-log', 'patient'],
    ['doctor-activity', 'patient'],
    ['no-shows', 'patient'],
  ] as const)('is for its roles only: no %s for a %s', (report, role) => {
    expect(() => plan({ report, role })).toThrow(refusal('UNKNOWN_REPORT'))
  })

  it.each(allReports.map(({ declaration }) => declaration))(
    'has an order in which no two rows are equal: $report',
    ({ report, roles, parameters }) => {
      const needed = 'patientId' in parameters.properties ? { patientId: 'p1' } : {}
      const { sort } = plan({ report, role: roles[0] as Request['role'], parameters: needed }).query
      expect(Object.keys(sort).at(-1)).toBe('_id')
    },
  )

  it('has a fixed order and reads whole fields, only those that it writes', () => {
    const { query } = plan({ role: 'admin', columns: ['fee', 'patientName'] })
    expect(query.sort).toEqual({ startsAt: 1, _id: 1 })
    expect(query.projection).toEqual({ fee: 1, patient: 1 })
  })

  it('reads the identifier where that is a column', () => {
    expect(plan({ role: 'admin', columns: ['appointmentId'] }).query.projection).toEqual({ _id: 1 })
  })

  it('has its columns in the order asked for', () => {
    const { columns } = plan({ role: 'admin', columns: ['fee', 'appointmentId'] })
    expect(columns.map(({ header }) => header)).toEqual(['Fee', 'Appointment'])
  })

  it.each([
    ['UNKNOWN_REPORT', { report: 'payroll' }],
    ['UNKNOWN_REPORT', { report: '__proto__' }],
    ['UNKNOWN_COLUMN', { columns: ['constructor'] }],
    ['INVALID_PARAMETERS', { parameters: { status: 'sleeping' } }],
    ['INVALID_PARAMETERS', { parameters: { from: '2026-02-30' } }],
    ['INVALID_PARAMETERS', { parameters: { from: '2026-02-02', to: '2026-02-01' } }],
    ['INVALID_PARAMETERS', { parameters: { $where: 'true' } }],
    ['INVALID_PARAMETERS', { parameters: { doctorId: '../etc' } }],
  ])('refuses with %s: %j', (code, request) => {
    expect(() => plan({ role: 'admin', ...request })).toThrow(refusal(code))
  })
})

const refusal = (code: string) => expect.objectContaining({ name: 'RefusedReportError', code })

function plan(request: Partial<Request>) {
  return planExport(
    {
      reportId: 'r1',
      report: 'appointments',
      parameters: {},
      flavour: 'standard',
      gzip: false,
      requestedBy: 'someone',
      role: 'admin',
      ...request,
    },
    zoneClock('Asia/Kolkata'),
  )
}
