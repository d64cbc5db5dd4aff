import { expect, it } from 'vitest'
import { plainDecimal } from './plain-decimal.ts'

it.each([
  ['1.5E+3', '1500'],
  ['1E+3', '1000'],
  ['1e-7', '0.0000001'],
  ['-1.25E-2', '-0.0125'],
  ['12.345E1', '123.45'],
  ['0E-3', '0.000'],
  ['0E+3', '0'],
  ['450.00', '450.00'],
  ['9007199254740993', '9007199254740993'],
  ['NaN', 'NaN'],
  ['-Infinity', '-Infinity'],
])('writes %s as %s', (text, plain) => {
  expect(plainDecimal(text)).toBe(plain)
})
