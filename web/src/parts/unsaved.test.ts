import { describe, expect, it } from 'vitest'
import { isChanged, UnsavedForms } from './unsaved.ts'

describe('unsaved forms', () => {
  it('hold whoever leaves until each of them is saved or put away', () => {
    const forms = new UnsavedForms()
    const [one, other] = [Symbol('one'), Symbol('other')]
    expect(forms.any()).toBe(false)
    forms.add(one)
    forms.add(other)
    forms.remove(one)
    expect(forms.any()).toBe(true)
    forms.remove(other)
    expect(forms.any()).toBe(false)
  })

  it('are forgotten where somebody else signs in', () => {
    const forms = new UnsavedForms()
    forms.add(Symbol('form'))
    forms.forget()
    expect(forms.any()).toBe(false)
  })

  it('are those that say something else than at first', () => {
    expect(isChanged({ name: '', days: [1] }, { name: '', days: [1] })).toBe(false)
    expect(isChanged({ name: '', days: [1] }, { name: '', days: [1, 2] })).toBe(true)
  })
})
