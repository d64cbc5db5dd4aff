import { describe, expect, it } from 'vitest'
import { readOptions } from './options.ts'

const known = ['csv', 'accept']

describe('the command line of the bench', () => {
  it('means every bench in full when it is empty', () => {
    expect(readOptions([], known)).toMatchObject({ names: known, runs: 5, rows: 1_000_000, json: false })
  })

  it('takes names, runs and small sizes', () => {
    const options = readOptions(['accept', '--json', '--runs', '7', '--quick'], known)
    expect(options).toMatchObject({ names: ['accept'], json: true, quick: true, runs: 7 })
    expect(options.rows).toBeLessThan(1_000_000)
  })

  it('refuses a bench that does not exist, and no runs at all', () => {
    expect(() => readOptions(['speed'], known)).toThrow('there is no bench called speed')
    expect(() => readOptions(['--runs', '0'], known)).toThrow('--runs')
  })
})
