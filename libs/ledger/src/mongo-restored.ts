import type { Collection, Filter } from 'mongodb'
import type { WorkDocument } from './mongo-ledger.ts'
import { moving, startsOf } from './mongo-moves.ts'
import type { Move } from './moves.ts'

export interface Restored {
  /** Work that was accepted before. What the backup does not know of it may have been done since. */
  readonly before: Date
  readonly as: 'done' | 'in doubt'
  /** Written over what stands there. */
  readonly outcome: Readonly<Record<string, unknown>>
  /** Only counts. */
  readonly dryRun: boolean
}

type Work = WorkDocument<unknown, unknown>

/**
 * For a database that was restored from a backup: ends all work without an end that was accepted before a moment, so that nothing
 * does it a second time. Answers how much that is. Twice is harmless; a worker that still runs finds its claim lost.
 */
export async function settleRestored(
  collection: Collection<Work>,
  { before, as, outcome, dryRun }: Restored,
): Promise<number> {
  const accepted = { acceptedAt: { $lt: before } }
  // Doubt that nobody has decided about yet: services repeat some of it by themselves.
  const undecided = { state: 'in doubt' as const, 'outcome.code': { $exists: false } }
  const steps: readonly [Filter<Work>, Move][] = [
    [{ ...accepted, ...startsOf('restored: done') }, `restored: ${as}`],
    [{ ...accepted, ...undecided }, `resolved: ${as}`],
  ]
  let count = 0
  for (const [filter, move] of steps) {
    if (dryRun) {
      count += await collection.countDocuments(filter)
      continue
    }
    const changes = {
      fence: { $add: ['$fence', 1] },
      interrupted: false,
      cancelAsked: false,
      outcome: { $mergeObjects: ['$outcome', { $literal: outcome }] },
    }
    const why = { reason: { $literal: 'the database was restored from a backup' } }
    const { modifiedCount } = await collection.updateMany(filter, moving(move, changes, why))
    count += modifiedCount
  }
  return count
}
