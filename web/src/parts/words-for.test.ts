import { describe, expect, it } from 'vitest'
import { RefusedError, UnreachableError } from '../http/problem.ts'
import { english } from '../texts/english.ts'
import { wordsFor } from './words-for.ts'

const unreachable = new UnreachableError('No answer')
const refused = (status: number) =>
  new RefusedError({ type: 'about:blank', title: 'No', status, code: 'NO', detail: 'Because of that.' })

describe('what is said when the server cannot be reached', () => {
  it('is that the page keeps trying, where somebody only looked', () => {
    expect(wordsFor(unreachable, english, 'look').detail).toBe('Check the network. We keep trying.')
  })

  it('is never that anything goes on by itself, where somebody changed something', () => {
    for (const failed of ['change', 'text'] as const)
      expect(wordsFor(unreachable, english, failed).detail).not.toMatch(/keep trying|go on trying/)
  })

  it('is that the text is not saved and still there, where there is one', () => {
    expect(wordsFor(unreachable, english, 'text').detail).toMatch(/^Not saved\. Your text is still here\./)
    expect(wordsFor(unreachable, english, 'change').detail).not.toMatch(/text/)
  })
})

describe('what is said when the gateway says no', () => {
  it('is what the gateway says, and what became of the text', () => {
    expect(wordsFor(refused(409), english, 'look').detail).toBe('Because of that.')
    expect(wordsFor(refused(409), english, 'text').detail).toBe(
      'Because of that. Not saved. Your text is still here.',
    )
  })

  it('is that one has to sign in first, once the session is over', () => {
    expect(wordsFor(refused(401), english, 'text')).toEqual({
      title: 'You are signed out',
      detail: 'Not saved. Your text is still here. Sign in and try again.',
    })
  })
})
