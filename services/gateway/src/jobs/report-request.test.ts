import type { ReportRequest, ReportRole } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { decide, type Subjects } from './report-request.ts'

describe('whether a report may be made', () => {
  it.each([
    ['an unknown report', { report: 'salaries' }, '/report'],
    ['an unknown filter', { report: 'appointments', parameters: { ward: '3' } }, '/parameters/ward'],
    ['an unknown status', { report: 'appointments', parameters: { status: 'seen' } }, '/parameters/status'],
    [
      'a day that does not exist',
      { report: 'appointments', parameters: { from: '2026-02-30' } },
      '/parameters/from',
    ],
    [
      'an end before the beginning',
      { report: 'appointments', parameters: { from: '2026-11-02', to: '2026-11-01' } },
      '/parameters/to',
    ],
    ['an unknown column', { report: 'appointments', columns: ['startsAt', 'salary'] }, '/columns/1'],
    ['a column of another role', { report: 'appointments', columns: ['diagnosis'] }, '/columns/0'],
    [
      'an operator for an identifier',
      { report: 'appointments', parameters: { doctorId: '$ne' } },
      '/parameters/doctorId',
    ],
    [
      'an unknown doctor',
      { report: 'appointments', parameters: { doctorId: 'nobody' } },
      '/parameters/doctorId',
    ],
    [
      'an unknown department',
      { report: 'appointments', parameters: { departmentId: 'nowhere' } },
      '/parameters/departmentId',
    ],
    [
      'an unknown patient',
      { report: 'treatment-history', parameters: { patientId: 'nobody' } },
      '/parameters/patientId',
    ],
    [
      'a prototype',
      { report: 'appointments', parameters: JSON.parse('{"__proto__":"x"}') },
      '/parameters/__proto__',
    ],
  ] as [string, ReportRequest, string][])(
    'names the field that is wrong: %s',
    async (_, request, pointer) => {
      const faults = await refusal(request, 'admin')

      expect(faults.map((fault) => fault.pointer)).toEqual([pointer])
    },
  )

  it('tells all faults at once, and what would be right', async () => {
    const faults = await refusal(
      { report: 'appointments', parameters: { status: 'seen', from: 'yesterday' }, columns: ['salary'] },
      'admin',
    )

    expect(faults).toEqual([
      { pointer: '/parameters/from', detail: 'must be a day that exists, as YYYY-MM-DD' },
      { pointer: '/parameters/status', detail: 'must be one of booked, checked, cancelled, missed' },
      { pointer: '/columns/0', detail: 'is not a column of appointments' },
    ])
  })

  it('gives a doctor their own appointments and nobody else’s', async () => {
    expect(await wish({ report: 'appointments' }, 'doctor')).toMatchObject({
      parameters: { doctorId: 'doctor-1' },
    })
    expect(await refusal({ report: 'appointments', parameters: { doctorId: 'doctor-2' } }, 'doctor')).toEqual(
      [{ pointer: '/parameters/doctorId', detail: 'is not known' }],
    )
  })

  it.each(['doctor-activity', 'no-shows'])(
    'gives a doctor their own %s and nobody else’s',
    async (report) => {
      expect(await wish({ report }, 'doctor')).toMatchObject({ parameters: { doctorId: 'doctor-1' } })
      expect(await refusal({ report, parameters: { doctorId: 'doctor-2' } }, 'doctor')).toEqual([
        { pointer: '/parameters/doctorId', detail: 'is not known' },
      ])
      expect(await refusal({ report }, 'patient')).toHaveLength(1)
    },
  )

  it.each(['mail-log', 'audit-log'])('gives the %s to admins only', async (report) => {
    expect(await wish({ report }, 'admin')).toMatchObject({ parameters: {} })
    expect(await refusal({ report }, 'doctor')).toEqual(await refusal({ report: 'nothing' }, 'doctor'))
    expect(await refusal({ report }, 'patient')).toEqual(await refusal({ report: 'nothing' }, 'patient'))
  })

  it('gives a patient their own history and answers somebody else’s like nobody’s', async () => {
    expect(await wish({ report: 'treatment-history' }, 'patient')).toMatchObject({
      parameters: { patientId: 'patient-1' },
    })
    const foreign = await refusal(
      { report: 'treatment-history', parameters: { patientId: 'patient-2' } },
      'patient',
    )
    const missing = await refusal(
      { report: 'treatment-history', parameters: { patientId: 'nobody' } },
      'patient',
    )

    expect(foreign).toEqual(missing)
    expect(await refusal({ report: 'appointments' }, 'patient')).toHaveLength(1)
  })

  it('gives a doctor the history of a patient of theirs only', async () => {
    expect(
      await wish({ report: 'treatment-history', parameters: { patientId: 'patient-1' } }, 'doctor'),
    ).toBeDefined()
    expect(
      await refusal({ report: 'treatment-history', parameters: { patientId: 'patient-2' } }, 'doctor'),
    ).toEqual([{ pointer: '/parameters/patientId', detail: 'is not a patient whom you treat' }])
  })

  it('tells a doctor by a code of its own when emergency access would open the history', async () => {
    const asked = { report: 'treatment-history', parameters: { patientId: 'patient-2' } }
    expect(await decided(asked, 'doctor')).toMatchObject({ code: 'NO_TREATMENT_RELATION' })
    const unknown = { ...asked, parameters: { patientId: 'nobody' } }
    expect(await decided(unknown, 'doctor')).not.toHaveProperty('code')
  })

  it('gives an admin no column of what was found and prescribed', async () => {
    const asked = { report: 'treatment-history', parameters: { patientId: 'patient-1' } }
    expect(await wish(asked, 'admin')).toBeDefined()
    expect(await refusal({ ...asked, columns: ['status', 'diagnosis'] }, 'admin')).toEqual([
      { pointer: '/columns/1', detail: 'is not a column of treatment-history' },
    ])
  })

  it('asks a doctor or an admin whose history is meant', async () => {
    for (const role of ['doctor', 'admin'] as const) {
      expect(await refusal({ report: 'treatment-history' }, role)).toEqual([
        { pointer: '/parameters/patientId', detail: 'is missing' },
      ])
    }
  })

  it('completes what was left open', async () => {
    expect(
      await wish({ report: 'appointments', parameters: { from: '2026-11-01', to: '2026-11-30' } }, 'admin'),
    ).toEqual({
      report: 'appointments',
      parameters: { from: '2026-11-01', to: '2026-11-30' },
      flavour: 'standard',
      gzip: false,
      fileName: 'appointments_2026-11-01_2026-11-30.csv',
    })
  })
})

const subjects: Subjects = {
  departmentExists: async (id) => id === 'department-1',
  doctorExists: async (id) => ['doctor-1', 'doctor-2'].includes(id),
  patientExists: async (id) => ['patient-1', 'patient-2'].includes(id),
  historyAccess: async (doctorId, patientId) =>
    patientId === 'patient-1' && doctorId === 'doctor-1' ? 'whole' : 'none',
}

const decided = (request: ReportRequest, role: ReportRole) =>
  decide(request, { personId: `${role}-1`, role }, subjects)

async function refusal(request: ReportRequest, role: ReportRole) {
  const decision = await decided(request, role)
  if ('wish' in decision) throw new Error('it was not refused')
  return decision.faults
}

async function wish(request: ReportRequest, role: ReportRole) {
  const decision = await decided(request, role)
  if ('faults' in decision) throw new Error(JSON.stringify(decision.faults))
  return decision.wish
}
