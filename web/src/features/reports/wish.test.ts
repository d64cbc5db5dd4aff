import { describe, expect, it } from 'vitest'
import type { ReportChoice } from './report-queries.ts'
import { emptyWish, requestOf } from './wish.ts'

const choice: ReportChoice = {
  report: 'appointments',
  title: 'Appointments',
  about: '',
  parameters: { properties: { from: {}, to: {}, status: {} } },
  columns: ['startsAt', 'status', 'fee'].map((id) => ({ id, header: id, type: 'text' })),
}

describe('the wish for a report', () => {
  it('names nothing that was not chosen', () => {
    expect(requestOf(choice, emptyWish(choice))).toEqual({
      report: 'appointments',
      flavour: 'standard',
      gzip: false,
    })
  })

  it('leaves out what this report does not know', () => {
    const form = {
      ...emptyWish(choice),
      range: { from: '2026-11-01', to: '2026-11-30' },
      patientId: 'patient-1',
    }

    expect(requestOf(choice, form).parameters).toEqual({ from: '2026-11-01', to: '2026-11-30' })
  })

  it('has what was chosen of a list, and nothing where the choice was taken back', () => {
    const parameters = { properties: { outcome: {}, by: {} } }
    const form = { ...emptyWish(choice), options: { outcome: 'in doubt', by: null } }

    expect(requestOf({ ...choice, parameters }, form).parameters).toEqual({ outcome: 'in doubt' })
  })

  it('keeps the columns in the order of the report, whatever order they were ticked in', () => {
    expect(requestOf(choice, { ...emptyWish(choice), columns: ['fee', 'startsAt'] }).columns).toEqual([
      'startsAt',
      'fee',
    ])
  })

  it('has no file name of blanks', () => {
    expect(requestOf(choice, { ...emptyWish(choice), fileName: '  ' })).not.toHaveProperty('fileName')
  })
})
