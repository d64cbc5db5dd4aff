import { describe, expect, it } from 'vitest'
import { OutdatedError, UnreachableError } from '../http/problem.ts'
import { LazyPart, whyMissing } from './lazy-part.ts'

describe('a part of the page', () => {
  it('is loaded once, however many ask for it', async () => {
    const { part, answers, asked } = setUp()
    answers.push('the page')
    await Promise.all([part.load(), part.load()])
    await part.load()
    expect([part.module, asked()]).toEqual(['the page', 1])
  })

  it('that did not arrive is asked for again', async () => {
    const { part, answers } = setUp()
    answers.push(new Error('no network'), 'the page')
    await expect(part.load()).rejects.toThrow('no network')
    await part.load()
    expect(part.module).toBe('the page')
  })

  it('is not asked for again in the same moment', async () => {
    const { part, answers, pass } = setUp()
    answers.push(new Error('no network'))
    await expect(part.load()).rejects.toThrow()
    expect(part.failure?.error).toEqual(new Error('no network'))
    pass(1_000)
    expect(part.failure).toBeUndefined()
  })
})

describe('why a part did not arrive', () => {
  const gone = new TypeError('Failed to fetch dynamically imported module: /assets/chat-page-a1.js')
  const why = (cause: unknown, index: () => Promise<string>) =>
    whyMissing(cause, { entry: '/assets/index-old.js', readIndex: index })

  it('is that nothing can be reached', async () => {
    expect(await why(gone, () => Promise.reject(new TypeError()))).toBeInstanceOf(UnreachableError)
    expect(await why(gone, async () => '<script src="/assets/index-old.js">')).toBeInstanceOf(
      UnreachableError,
    )
  })

  it('is that a newer page was installed meanwhile', async () => {
    expect(await why(gone, async () => '<script src="/assets/index-new.js">')).toBeInstanceOf(OutdatedError)
  })

  it.each([
    'error loading dynamically imported module: /assets/a.js',
    'Importing a module script failed.',
    'Unable to preload CSS for /assets/a.css',
  ])('is understood from every browser: %s', async (message) => {
    expect(await why(new TypeError(message), () => Promise.reject(new Error()))).toBeInstanceOf(
      UnreachableError,
    )
  })

  it('is a fault of the part itself where it arrived and broke', async () => {
    const fault = new ReferenceError('x is not defined')
    expect(await why(fault, () => Promise.reject(new Error()))).toBe(fault)
  })
})

function setUp() {
  let now = 0
  let count = 0
  const answers: (string | Error)[] = []
  const part = new LazyPart(
    async () => {
      count += 1
      const answer = answers.shift()
      if (answer instanceof Error) throw answer
      return answer
    },
    { explain: async (cause) => cause, now: () => now },
  )
  return {
    part,
    answers,
    asked: () => count,
    pass(ms: number) {
      now += ms
    },
  }
}
