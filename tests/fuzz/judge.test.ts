import { expect, it } from 'vitest'
import { faultOf } from './judge.ts'
import type { Operation } from './operations.ts'

const lines = { answers: { 200: { 'application/x-ndjson': {} } } } as unknown as Operation
const answer = (text: string, isCut: boolean) => ({
  status: 200,
  type: 'application/x-ndjson',
  headers: {},
  body: Buffer.from(text),
  isCut,
})

it('a line that is not JSON is a fault, but not the one in which reading was given up', () => {
  expect(faultOf(answer('{"a":1}\n{"b":', true), lines, 'GET')).toBeUndefined()
  expect(faultOf(answer('{"a":1}\n{"b":', false), lines, 'GET')).toMatch('a line that is not JSON')
  expect(faultOf(answer('{"a":\n{"b":', true), lines, 'GET')).toMatch('a line that is not JSON')
})
