import { expect, it } from 'vitest'
import type { ExportRow } from './export-rows.ts'
import { sweepArtifacts } from './sweep.ts'

it('removes what belongs to nothing, and only that', async () => {
  const { sweep, files } = setUp({
    files: ['r1.1.csv', 'r1.1.csv.json', 'r1.0.csv.part', 'gone.1.csv', 'notes.txt'],
    rows: [done('r1', 'r1.1.csv')],
  })
  await sweep()
  expect(files).toEqual(['r1.1.csv', 'r1.1.csv.json', 'notes.txt'])
})

it('raises the alarm about a finished report whose file is gone, by its id', async () => {
  const { sweep, alarms } = setUp({
    files: ['r1.1.csv'],
    rows: [done('r1', 'r1.1.csv'), done('r2', 'r2.1.csv')],
  })
  await sweep()
  expect(alarms).toEqual([{ key: 'r2' }])
})

it('raises no alarm about one that expired while it looked', async () => {
  const { sweep, alarms } = setUp({
    files: [],
    rows: [done('r1', 'r1.1.csv')],
    later: [{ ...done('r1', 'r1.1.csv'), state: 'expired' }],
  })
  await sweep()
  expect(alarms).toEqual([])
})

const done = (key: string, file: string): ExportRow => ({
  key,
  state: 'done',
  fence: 1,
  calledOff: false,
  cause: { correlationid: 'story' },
  file,
})

/** `later`: what the ledger says when it is asked about single reports. */
function setUp({ files, rows, later = rows }: { files: string[]; rows: ExportRow[]; later?: ExportRow[] }) {
  const alarms: object[] = []
  const sweep = sweepArtifacts({
    artifacts: {
      list: async () => files.map((name) => ({ name, changedAt: new Date(0) })),
      remove: async (name) => void files.splice(files.indexOf(name), 1),
    },
    rows: {
      done: async () => rows,
      byKeys: async (keys) => later.filter(({ key }) => keys.includes(key)),
    },
    log: { warn() {}, error: (fields) => void alarms.push(fields) },
    now: () => new Date('2026-01-31T12:00:00Z'),
    graceMs: 60_000,
  })
  return { sweep, files, alarms }
}
