import type { HospitalEvent } from '@rounds/contracts'
import type { AnyBulkWriteOperation, Collection } from 'mongodb'
import { bulk, ended, groups, refusedFor } from './bulk-write.ts'
import { groupCommit } from './group-commit.ts'
import { alsoSaying, type WithOutbox } from './outbox.ts'

/** What is changed by compare-and-set on its version, each change with what it says. */
export interface Versioned {
  readonly _id: string
  readonly version: number
  readonly updatedAt: Date
}

export interface Change<Row> {
  readonly key: string
  /** The same object when there is nothing to change; a field that is set to undefined goes. Runs again after a lost race, also on a row it has moved before. */
  readonly move: (row: Row) => Row
  readonly says?: (moved: Row) => readonly HospitalEvent[]
}

/** How the changes of one row end, and the write that this takes. */
interface Together<Row> {
  readonly changes: readonly Change<Row>[]
  readonly ends: readonly PromiseSettledResult<Row | undefined>[]
  readonly write?: AnyBulkWriteOperation<Versioned & WithOutbox>
}

/**
 * Changes one row at a time, but those that come at once share one question and one write. Changes of one row are made in
 * the order they came in, as one version. Who lost a race is tried again on a fresher row; what changes nothing writes
 * nothing. Answers the row as it then stands, or nothing when there is none.
 */
export function groupedChanges<Row extends Versioned>(
  collection: Collection<Row & WithOutbox>,
  now: () => Date,
): (change: Change<Row>) => Promise<Row | undefined> {
  // The driver's filters do not follow generic documents.
  const rows = collection as unknown as Collection<Versioned & WithOutbox>
  // One batch at a time: two would race for the same rows.
  return groupCommit(changeAll, { ...groups, atOnce: 1, keyOf: (change) => change })

  async function changeAll(
    changes: readonly Change<Row>[],
  ): Promise<PromiseSettledResult<Row | undefined>[]> {
    const ends = new Map<Change<Row>, PromiseSettledResult<Row | undefined>>()
    for (let open = changes; open.length > 0; open = open.filter((change) => !ends.has(change))) {
      const found = await read(open)
      const at = now()
      const byRow = Map.groupBy(open, ({ key }) => key)
      const all = Array.from(byRow, ([key, mine]) => together(found.get(key), mine, at))
      for (const { one, failure } of await write(all))
        for (const [place, change] of one.changes.entries())
          ends.set(change, failure ? refusedFor(failure) : (one.ends[place] ?? ended(undefined)))
    }
    return changes.map((change) => ends.get(change) ?? ended(undefined))
  }

  async function read(changes: readonly Change<Row>[]): Promise<Map<string, Row>> {
    const keys = [...new Set(changes.map(({ key }) => key))]
    const projection = { outbox: 0, outboxDue: 0 }
    const found = await rows.find({ _id: { $in: keys } }, { projection }).toArray()
    return new Map((found as unknown as Row[]).map((row) => [row._id, row]))
  }

  /** Those whose end is certain. */
  async function write(all: readonly Together<Row>[]) {
    const still = all.filter(({ write }) => write === undefined).map((one) => ({ one, failure: undefined }))
    const moved = all.filter(({ write }) => write !== undefined)
    if (moved.length === 0) return still
    const { result, refused } = await bulk(
      rows,
      moved.flatMap(({ write = [] }) => write),
    )
    const isCertain = result.matchedCount + refused.size === moved.length
    // A bulk write does not tell which of them won: whoever did finds nothing left to change.
    return [
      ...still,
      ...moved.flatMap((one, place) => {
        const failure = refused.get(place)
        return failure || isCertain ? [{ one, failure }] : []
      }),
    ]
  }
}

/** All changes of one row, in turn. One that throws is refused alone. */
function together<Row extends Versioned>(
  before: Row | undefined,
  changes: readonly Change<Row>[],
  at: Date,
): Together<Row> {
  if (!before) return { changes, ends: changes.map(() => ended(undefined)) }
  let row = before
  const events: HospitalEvent[] = []
  const refusals = changes.map(({ move, says = () => [] }) => {
    try {
      const moved = move(row)
      if (moved === row) return undefined
      const next = { ...moved, version: before.version + 1, updatedAt: at }
      events.push(...says(next))
      row = next
      return undefined
    } catch (error) {
      return refusedFor(error)
    }
  })
  const ends = refusals.map((refusal) => refusal ?? ended(row))
  return row === before ? { changes, ends } : { changes, ends, write: writing(before, row, events) }
}

function writing<Row extends Versioned>(
  before: Row,
  after: Row,
  events: readonly HospitalEvent[],
): AnyBulkWriteOperation<Versioned & WithOutbox> {
  const changed = Object.entries(after).filter(([field, value]) => before[field as keyof Row] !== value)
  const fresh = changed.filter(([, value]) => value !== undefined)
  const gone = changed.filter(([, value]) => value === undefined).map(([field]) => field)
  const filter = { _id: before._id, version: before.version }
  if (events.length === 0) {
    const $unset = Object.fromEntries(gone.map((field) => [field, true as const]))
    const update = { $set: Object.fromEntries(fresh), ...(gone.length > 0 ? { $unset } : {}) }
    return { updateOne: { filter, update } }
  }
  // Literal, because in an update pipeline a text that begins with a dollar would be an expression.
  const literal: Record<string, unknown> = Object.fromEntries(
    fresh.map(([field, value]) => [field, { $literal: value }]),
  )
  for (const field of gone) literal[field] = '$$REMOVE'
  return { updateOne: { filter, update: [{ $set: { ...literal, ...alsoSaying(events, after.updatedAt) } }] } }
}
