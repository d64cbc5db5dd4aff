import { describe, expect, it } from 'vitest'
import { readOptions } from './options.ts'

describe('the command line', () => {
  it('asks for nothing special when it is empty', () => {
    expect(readOptions([])).toEqual({ once: false, fresh: false, help: false })
  })

  it('takes a number of appointments, however it is grouped', () => {
    expect(readOptions(['--once', '--appointments', '2_000_000'])).toMatchObject({
      once: true,
      appointments: 2_000_000,
    })
    expect(readOptions(['--appointments=50,000'])).toMatchObject({ appointments: 50_000 })
  })

  it('refuses what is no number of appointments, and what it does not know', () => {
    for (const wrong of ['0', '-5', '1.5', 'many', '', '99999999']) {
      expect(() => readOptions([`--appointments=${wrong}`])).toThrow('--appointments wants a whole number')
    }
    expect(() => readOptions(['--onse'])).toThrow('--onse')
  })
})
