import { expect, it } from 'vitest'
import { formats } from '../../format/formats.ts'
import { elapsed } from './elapsed.ts'

it.each([
  [0, '0 ms'],
  [12, '12 ms'],
  [999, '999 ms'],
  [1_234, '1.2 s'],
  [59_949, '59.9 s'],
  [61_000, '2 minutes'],
])('%i milliseconds are %s', (ms, words) => {
  expect(elapsed(ms, formats({ locale: 'en-IN', zone: 'Asia/Kolkata' }))).toBe(words)
})
