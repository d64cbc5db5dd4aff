import { describe, expect, it } from 'vitest'
import { appointmentQueryOf, readAppointmentSearch } from './appointment-search.ts'

describe('the filters in the address', () => {
  it('are read as they were written', () => {
    const search = {
      from: '2026-11-01',
      to: '2026-11-30',
      status: 'checked',
      departmentId: 'cardiology',
      doctorId: 'doctor-7',
    }

    expect(readAppointmentSearch(search)).toEqual(search)
  })

  it('that make no sense are left out, the others stay', () => {
    expect(
      readAppointmentSearch({
        from: '2026-02-30',
        to: '2026-03-01',
        status: 'seen',
        departmentId: '../../etc',
        doctorId: { $ne: null },
        all: 'yes',
        cursor: 'x',
      }),
    ).toEqual({ to: '2026-03-01' })
  })

  it('do not keep a range that ends before it begins', () => {
    expect(readAppointmentSearch({ from: '2026-11-30', to: '2026-11-01' })).toEqual({})
  })

  it('mean today when there are no days', () => {
    expect(appointmentQueryOf({}, '2026-11-23')).toMatchObject({
      from: '2026-11-23',
      to: '2026-11-23',
      order: 'soonest',
    })
  })

  it('show the latest first where all days are asked for', () => {
    expect(appointmentQueryOf({ all: true }, '2026-11-23')).toMatchObject({ order: 'latest' })
    expect(appointmentQueryOf({ all: true }, '2026-11-23')).not.toHaveProperty('from')
  })
})
