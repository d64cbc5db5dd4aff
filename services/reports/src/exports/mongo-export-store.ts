import type { WorkDocument } from '@rounds/ledger'
import type { MongoStore } from '@rounds/mongo'
import type { Collection } from 'mongodb'
import type { ExportRow, ExportRows } from './export-rows.ts'
import type { ExportInput, ExportOutcome } from './export-work.ts'

type Stored = WorkDocument<ExportInput, ExportOutcome>

/** The ledger of exports, asked by what it says about files. */
export function mongoExports(store: MongoStore): ExportRows & { prepare(): Promise<void> } {
  const exports = store.collection('exports') as unknown as Collection<Stored>
  const projection = {
    state: 1,
    fence: 1,
    cancelAsked: 1,
    'outcome.file': 1,
    'input.id': 1,
    'input.correlationid': 1,
  }
  const find = async (filter: object) => (await exports.find(filter, { projection }).toArray()).map(rowOf)

  return {
    async prepare() {
      const partialFilterExpression = { state: 'done' }
      await exports.createIndexes([
        { key: { 'outcome.expiresAt': 1 }, partialFilterExpression },
        { key: { cancelAsked: 1 }, partialFilterExpression },
      ])
    },
    overdue: (now) =>
      find({ state: 'done', $or: [{ 'outcome.expiresAt': { $lte: now } }, { cancelAsked: true }] }),
    done: () => find({ state: 'done' }),
    byKeys: (keys) => find({ _id: { $in: [...keys] } }),
  }
}

function rowOf({ _id: key, state, fence, cancelAsked, outcome, input }: Stored): ExportRow {
  const file = outcome && 'file' in outcome ? outcome.file : undefined
  const { id, correlationid } = input
  return { key, state, fence, calledOff: cancelAsked, cause: { id, correlationid }, ...(file && { file }) }
}
