import type { HospitalEvent } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { expect, it } from 'vitest'
import { tellProgress } from './publish-progress.ts'

it('progress is said at most four times a second', () => {
  const { tell, said, wait } = setUp()
  for (let rows = 0; rows < 100; rows++) {
    tell('writing', rows, { total: 100 })
    wait(10)
  }
  expect(said).toHaveLength(3)
  tell('writing', 100, { total: 100 })
  expect(said).toHaveLength(4)
})

it('nothing is said of what ends at once', () => {
  const { tell, said, wait } = setUp()
  tell('counting', 0)
  tell('writing', 0, { total: 5 })
  wait(200)
  tell('sealing', 5, { total: 5 })
  expect(said).toEqual([])
})

it('that it goes back to waiting is said at once, and why', () => {
  const { tell, said } = setUp()
  tell('writing', 5, { total: 100 })
  tell('retrying', 0, { reason: 'There was no room left for the file.' })
  tell('writing', 6, { total: 100 })
  expect(said).toMatchObject([{ phase: 'retrying', rows: 0, reason: 'There was no room left for the file.' }])
})

it('a steady export says how long it still takes', () => {
  const { tell, said, wait } = setUp()
  for (let rows = 0; rows <= 4_000; rows += 1_000) {
    tell('writing', rows, { total: 10_000 })
    wait(250)
  }
  expect(said.at(-1)).toMatchObject({ rows: 4_000, total: 10_000, etaMs: 1_500 })
})

it('an export that starts over says nothing about time until it is steady again', () => {
  const { tell, said, wait } = setUp()
  wait(250)
  for (const rows of [0, 1_000, 2_000, 3_000, 0]) {
    tell('writing', rows, { total: 10_000 })
    wait(250)
  }
  expect(said.at(-2)).toHaveProperty('etaMs')
  expect(said.at(-1)).not.toHaveProperty('etaMs')
})

function setUp() {
  let clock = 0
  const said: Record<string, unknown>[] = []
  const now = () => new Date(clock)
  const tell = tellProgress(
    { reportId: 'r1', attempt: 1 },
    {
      say: ({ data }: HospitalEvent) => void said.push(data as Record<string, unknown>),
      make: eventMaker('reports', now),
      cause: { correlationid: 'story' },
      now,
    },
  )
  return { tell, said, wait: (ms: number) => (clock += ms) }
}
