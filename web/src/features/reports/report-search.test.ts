import { expect, it } from 'vitest'
import { readReportSearch } from './report-search.ts'

it('a link fills in which report it is, and its days', () => {
  const search = { new: true, report: 'doctor-activity', from: '2026-10-01', to: '2026-10-31' }
  expect(readReportSearch(search)).toEqual(search)
})

it('what is no day, and everything where nothing is asked for, is left out', () => {
  expect(readReportSearch({ new: true, report: 7, from: 'yesterday', to: 20_261_031 })).toEqual({ new: true })
  expect(readReportSearch({ new: 'yes', report: 'doctor-activity' })).toEqual({})
})
