import { describe, expect, it } from 'vitest'
import { RefusedError, UnreachableError } from '../http/problem.ts'
import { faultsAt } from './faults-at.ts'

const refused = new RefusedError({
  type: 'about:blank',
  title: 'Not valid',
  status: 422,
  code: 'INVALID',
  errors: [
    { pointer: '/name', detail: 'must not be empty' },
    { pointer: '/texts/en/subject', detail: 'names a diagnosis' },
  ],
})

describe('what a refusal says about a field', () => {
  it('stands at the field itself', () => {
    expect(faultsAt(refused)('/name')).toBe('must not be empty')
  })

  it('stands at the field that holds the one at fault', () => {
    expect(faultsAt(refused)('/texts')).toBe('names a diagnosis')
  })

  it('does not stand at a field whose name only begins alike', () => {
    expect(faultsAt(refused)('/nam')).toBeUndefined()
  })

  it('is nothing when nobody answered, or nothing went wrong', () => {
    expect(faultsAt(new UnreachableError('No answer'))('/name')).toBeUndefined()
    expect(faultsAt(null)('/name')).toBeUndefined()
  })
})
