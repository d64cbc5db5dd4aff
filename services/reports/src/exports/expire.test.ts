import { eventMaker } from '@rounds/messaging'
import { expect, it } from 'vitest'
import { expireReports } from './expire.ts'
import type { ExportRow } from './export-rows.ts'

it('deletes the file first, and then says that it expired', async () => {
  const { expire, happened } = setUp({
    key: 'r1',
    state: 'done',
    fence: 1,
    calledOff: false,
    file: 'r1.1.csv',
    cause: { id: 'asked', correlationid: 'story' },
  })
  await expire()
  expect(happened).toEqual(['removed r1.1.csv', 'expired r1, saying report.expired because of asked'])
})

it('deletes the file of a report that was called off as it finished, and says nothing', async () => {
  const { expire, happened } = setUp({
    key: 'r1',
    state: 'done',
    fence: 1,
    calledOff: true,
    file: 'r1.1.csv',
    cause: { id: 'asked', correlationid: 'story' },
  })
  await expire()
  expect(happened).toEqual(['removed r1.1.csv', 'expired r1, saying '])
})

function setUp(row: ExportRow) {
  const happened: string[] = []
  const expire = expireReports({
    rows: { overdue: async () => [row] },
    artifacts: { remove: async (name) => void happened.push(`removed ${name}`) },
    ledger: {
      async expire(key, says) {
        happened.push(
          `expired ${key}, saying ${says.map(({ type, causationid }) => `${type} because of ${causationid}`)}`,
        )
        return true
      },
    },
    make: eventMaker('reports'),
    now: () => new Date(),
  })
  return { expire, happened }
}
