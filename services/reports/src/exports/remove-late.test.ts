import { expect, it } from 'vitest'
import type { ExportRow } from './export-rows.ts'
import { removeLate } from './remove-late.ts'

it('removes what a worker wrote that was taken over, and nothing of its heir', async () => {
  const { late, files } = setUp(['r1.1.csv', 'r1.2.csv'], { state: 'done', fence: 2, file: 'r1.2.csv' })
  await late({ key: 'r1', fence: 1 })
  expect(files).toEqual(['r1.2.csv'])
})

it('removes what was finished after the report was cancelled', async () => {
  const { late, files } = setUp(['r1.1.csv'], { state: 'cancelled', fence: 1 })
  await late({ key: 'r1', fence: 1 })
  expect(files).toEqual([])
})

it('keeps the file of an ending whose answer was not heard', async () => {
  const { late, files } = setUp(['r1.1.csv'], { state: 'done', fence: 1, file: 'r1.1.csv' })
  await late({ key: 'r1', fence: 1 })
  expect(files).toEqual(['r1.1.csv'])
})

function setUp(files: string[], its: Pick<ExportRow, 'state' | 'fence' | 'file'>) {
  const row: ExportRow = { key: 'r1', calledOff: false, cause: { correlationid: 'story' }, ...its }
  const late = removeLate({
    artifacts: {
      list: async () => files.map((name) => ({ name, changedAt: new Date(0) })),
      remove: async (name) => void files.splice(files.indexOf(name), 1),
    },
    rows: { done: async () => [], byKeys: async () => [row] },
    now: () => new Date(1),
  })
  return { late, files }
}
