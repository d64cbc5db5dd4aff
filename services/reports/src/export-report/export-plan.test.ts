import { reportCatalogue } from '@rounds/contracts/http'
import { describe, expect, it } from 'vitest'
import { planExport } from './export-plan.ts'
import { allReports } from './reports/all-reports.ts'
import { zoneClock } from './zone-clock.ts'

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

  it('gives a doctor all of one patient’s, if that patient was ever theirs', () => {
    const { query, onlyIf } = history({ role: 'doctor', requestedBy: 'me', parameters: { patientId: 'p1' } })
    expect(query.filter).toEqual({ 'patient.id': 'p1' })
    expect(onlyIf).toEqual({ 'patient.id': 'p1', 'doctor.id': 'me' })
  })

  it.each(['admin', 'patient'] as const)('asks nothing more of a(n) %s', (role) => {
    expect(history({ role, parameters: { patientId: 'p1' } }).onlyIf).toBeUndefined()
  })

  it.each(['admin', 'doctor'] as const)('wants to know from a(n) %s which patient', (role) => {
    expect(() => history({ role })).toThrow(refusal('INVALID_PARAMETERS'))
  })
})

describe('every report', () => {
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
