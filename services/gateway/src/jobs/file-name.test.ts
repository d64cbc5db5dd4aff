import { describe, expect, it } from 'vitest'
import { fileNameFor } from './file-name.ts'

describe('the name of a file', () => {
  it.each([
    [{}, 'appointments.csv'],
    [{ parameters: { from: '2026-11-01', to: '2026-11-30' } }, 'appointments_2026-11-01_2026-11-30.csv'],
    [{ parameters: { to: '2026-11-30' }, gzip: true }, 'appointments_until_2026-11-30.csv.gz'],
    [{ flavour: 'excel' as const }, 'appointments_excel.csv'],
    [{ chosen: 'नियुक्ति नवंबर' }, 'नियुक्ति नवंबर.csv'],
    [{ chosen: 'visits.csv' }, 'visits.csv'],
    [{ chosen: 'visits.CSV.gz', gzip: true }, 'visits.csv.gz'],
    [{ chosen: '../../etc/passwd' }, 'etc passwd.csv'],
    [{ chosen: '.hidden' }, 'hidden.csv'],
    [{ chosen: 'a\r\nset-cookie: b' }, 'a set-cookie b.csv'],
    [{ chosen: 'gpj.\u202evsc' }, 'gpj. vsc.csv'],
    [{ chosen: '...' }, 'appointments.csv'],
  ])('%o becomes %s', (wish, name) => {
    const usual = { report: 'appointments', parameters: {}, flavour: 'standard' as const, gzip: false }

    expect(fileNameFor({ ...usual, ...wish })).toBe(name)
  })
})
