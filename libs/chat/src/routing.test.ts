import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Happening, hears, spacesHearing } from './routing.ts'

const checked: Happening = {
  news: 'appointment.checked',
  patientId: 'ada',
  doctorId: 'rao',
  departmentId: 'heart',
}
const space = { active: true, rules: [{ news: ['appointment.checked' as const] }] }

describe('who hears of something', () => {
  it('is every space that has a rule for that news', () => {
    expect(hears(space, checked)).toBe(true)
    expect(hears(space, { ...checked, news: 'appointment.missed' })).toBe(false)
  })

  it('is a space only when all given parts of one rule fit', () => {
    const of = (parts: object) =>
      hears({ ...space, rules: [{ ...space.rules[0], news: ['appointment.checked'], ...parts }] }, checked)
    expect(of({ doctorId: 'rao', departmentId: 'heart', patientId: 'ada' })).toBe(true)
    expect(of({ doctorId: 'rao', departmentId: 'eyes' })).toBe(false)
    expect(of({ patientId: 'bob' })).toBe(false)
  })

  it('does not put one together from parts of two rules', () => {
    const rules = [
      { news: ['appointment.missed' as const], doctorId: 'rao' },
      { news: ['appointment.checked' as const], doctorId: 'sen' },
    ]
    expect(hears({ ...space, rules }, checked)).toBe(false)
  })

  it('is no space that is off, was removed, or has no rules', () => {
    expect(hears({ ...space, active: false }, checked)).toBe(false)
    expect(hears({ ...space, removedAt: new Date() }, checked)).toBe(false)
    expect(hears({ ...space, rules: [] }, checked)).toBe(false)
  })

  it('is each space once, however many of its rules fit', () => {
    const twice = { ...space, rules: [...space.rules, ...space.rules] }
    expect(spacesHearing([twice, { ...twice, active: false }], checked)).toEqual([twice])
  })

  it('does not become fewer when a rule says less', () => {
    const part = fc.option(fc.constantFrom('a', 'b'), { nil: undefined })
    const rule = fc.record({ departmentId: part, doctorId: part, patientId: part })
    const id = fc.constantFrom('a', 'b')
    fc.assert(
      fc.property(
        rule,
        id,
        id,
        id,
        fc.constantFrom('departmentId', 'doctorId', 'patientId'),
        (parts, patientId, doctorId, departmentId, left) => {
          const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined))
          const { [left]: _, ...fewer } = given
          const happening: Happening = { news: 'appointment.checked', patientId, doctorId, departmentId }
          const heard = (parts: object) =>
            hears({ ...space, rules: [{ news: ['appointment.checked'], ...parts }] }, happening)
          expect(heard(given) && !heard(fewer)).toBe(false)
        },
      ),
    )
  })
})
