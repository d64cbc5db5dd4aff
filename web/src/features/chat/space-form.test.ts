import type { Space } from '@rounds/contracts/http'
import { describe, expect, it } from 'vitest'
import { emptyRule, emptySpace, newSpaceOf, spaceChangeOf, spaceFaultOf, spaceFormOf } from './space-form.ts'

const filled = { ...emptySpace, name: ' Heart ', webhook: ' https://example.test ' }

describe('the form of a chat space', () => {
  it('sends what was written, without spaces around it and without empty parts', () => {
    expect(newSpaceOf({ ...filled, rules: [{ ...emptyRule(1), departmentId: 'heart' }] })).toEqual({
      name: 'Heart',
      webhook: 'https://example.test',
      language: 'en',
      patientShownAs: 'initials',
      relevantMinutes: 30,
      active: true,
      rules: [{ news: ['appointment.checked'], departmentId: 'heart' }],
    })
  })

  it('keeps the stored webhook when none is entered', () => {
    expect(spaceChangeOf({ ...filled, webhook: ' ' })).not.toHaveProperty('webhook')
    expect(spaceChangeOf(filled).webhook).toBe('https://example.test')
  })

  it('is filled from a space and gives the same again', () => {
    const rules: Space['rules'] = [
      { news: ['appointment.missed'], doctorId: 'rao' },
      { news: ['appointment.booked'] },
    ]
    const space = { ...newSpaceOf(filled), rules } as unknown as Space
    expect(spaceChangeOf(spaceFormOf(space)).rules).toEqual(rules)
  })

  it.each([
    ['needName', { name: ' ' }, true],
    ['needWebhook', { webhook: '' }, true],
    [undefined, { webhook: '' }, false],
    ['needNews', { rules: [{ ...emptyRule(1), news: [] }] }, true],
    [undefined, {}, true],
  ] as const)('is not sent because of %s', (fault, part, isNew) => {
    expect(spaceFaultOf({ ...filled, ...part }, isNew)).toBe(fault)
  })
})
