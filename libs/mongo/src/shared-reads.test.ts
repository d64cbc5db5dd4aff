import { describe, expect, it, vi } from 'vitest'
import { sharedReads } from './shared-reads.ts'

describe('shared reads', () => {
  it('ask at once when nobody else does', async () => {
    const { readOne, questions } = setUp({ a: 1 })
    expect(await readOne('a')).toEqual({ key: 'a', value: 1 })
    expect(questions).toEqual([['a']])
  })

  it('ask one question for all that came while another was answered, each key once', async () => {
    const { readOne, questions, asked, answer } = setUp({ a: 1, b: 2 }, { held: true })
    const first = readOne('a')
    await asked(1)
    const others = ['a', 'b', 'a', 'nobody'].map(readOne)
    answer()
    expect(await first).toMatchObject({ value: 1 })
    await asked(2)
    answer()
    expect(await Promise.all(others)).toEqual([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
      { key: 'a', value: 1 },
      undefined,
    ])
    expect(questions).toEqual([['a'], ['a', 'b', 'nobody']])
  })

  it('never answer with what was read before they were asked', async () => {
    const { readOne, rows, asked, answer } = setUp({ a: 1 }, { held: true })
    const before = readOne('a')
    await asked(1)
    rows.delete('a')
    const after = readOne('a')
    answer()
    await asked(2)
    answer()
    expect([await before, await after]).toEqual([{ key: 'a', value: 1 }, undefined])
  })

  it('fail for everybody who shared a question that failed, and go on', async () => {
    const { readOne, fail } = setUp({ a: 1, b: 2 })
    fail(new Error('away'))
    const ends = await Promise.allSettled([readOne('a'), readOne('b')])
    expect(ends).toMatchObject([{ reason: new Error('away') }, { reason: new Error('away') }])
    expect(await readOne('a')).toMatchObject({ value: 1 })
  })
})

/** A shelf with these values; while `held`, what is asked is looked up at once and answered when told to. */
function setUp(values: Record<string, number>, { held = false } = {}) {
  const rows = new Map(Object.entries(values))
  const questions: string[][] = []
  let answer = () => {}
  let failure: Error | undefined
  const readOne = sharedReads<{ key: string; value: number }>({
    keyOf: ({ key }) => key,
    async read(keys) {
      questions.push([...keys])
      const failed = failure
      failure = undefined
      if (failed) throw failed
      const found = keys.flatMap((key) => {
        const value = rows.get(key)
        return value === undefined ? [] : [{ key, value }]
      })
      if (held) {
        await new Promise<void>((resolve) => {
          answer = resolve
        })
      }
      return found
    },
  })
  return {
    readOne,
    questions,
    rows,
    /** Once so many questions were asked. */
    asked: (count: number) => vi.waitFor(() => expect(questions).toHaveLength(count)),
    answer: () => answer(),
    fail: (error: Error) => {
      failure = error
    },
  }
}
