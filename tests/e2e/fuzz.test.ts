import { startStack, type TestStack } from '@rounds/stack'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { csvCells } from '../fuzz/csv-cells.ts'
import { fuzzEvents } from '../fuzz/fuzz-events.ts'
import { fuzzHttp } from '../fuzz/fuzz-http.ts'

// The same each time, so that a change is judged by what it changes. `npm run fuzz` looks further, with any seed.
const seed = 7

let stack: TestStack
beforeAll(async () => {
  stack = await startStack({ appointments: 1_000 })
})
afterAll(() => stack?.stop())

// Before the requests: those leave mails and replays on their way, which would be heard among these.
it('no event is lost or ends a service: each is handled or buried', async () => {
  const { findings } = await fuzzEvents(stack, { seed, requests: 1_000 })
  expect(findings, `npm run fuzz -- events --seed ${seed} --requests 1000`).toEqual([])
})

it('no request makes the door fail, break its contract, or show what belongs to another', async () => {
  const { findings } = await fuzzHttp(stack, { seed, requests: 2_000 })
  expect(findings, `npm run fuzz -- http --seed ${seed} --requests 2000`).toEqual([])
})

it('cells of a CSV file are read as they were meant, by a reader of our own', () => {
  expect(csvCells('a,"b,""c"\r\n"d\r\ne",,f\n')).toEqual([
    ['a', 'b,"c'],
    ['d\r\ne', '', 'f'],
  ])
})
