import type { AuditKeys, Head, Pruned, Signed } from './audit-chain.ts'

export interface PruneDeps {
  readonly keys: AuditKeys
  /** What the stream holds. */
  readonly heads: readonly Head[]
  readonly say: (writer: string, pruned: Signed<Pruned>) => Promise<unknown>
  readonly remove: (writer: string, upTo: number) => Promise<number>
  readonly now: () => Date
}

/**
 * Removes whole sealed stretches that were sealed before a moment, and keeps their heads. What is removed is said first, signed,
 * where it cannot be taken back: a removal that was broken off is repeated, one that nobody said is tampering.
 */
export async function prune(before: Date, { keys, heads, say, remove, now }: PruneDeps): Promise<number> {
  const old = heads.filter((head) => keys.isGenuine({ ...head }) && new Date(head.at) < before)
  let removed = 0
  for (const [writer, all] of Map.groupBy(old, (head) => head.writer)) {
    const last = all.reduce((one, other) => (other.seq > one.seq ? other : one))
    const { seq, at } = last
    await say(writer, keys.sign({ writer, seq, last: last.last, at, prunedAt: now().toISOString() }))
    removed += await remove(writer, seq)
  }
  return removed
}
