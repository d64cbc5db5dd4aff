import type { ChainEvent } from '@rounds/contracts'
import type { DeadInChain, Said } from './event-log.ts'

/**
 * What was said, every event after its cause and one deeper; siblings by time. An event whose cause is not among them stands
 * at the top and says so; one that names itself as its cause, over however many others, is not lost.
 */
export function treeOf(said: readonly Said[], dead: readonly DeadInChain[]): ChainEvent[] {
  const byTime = said.toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a._id < b._id ? -1 : 1))
  const known = new Set(byTime.map(({ _id }) => _id))
  const effects = Map.groupBy(byTime, ({ causationid = '' }) => causationid)
  const lettersOf = Map.groupBy(dead, ({ eventId }) => eventId)
  const startedAt = byTime[0]?.at.getTime() ?? 0
  const placed = new Set<string>()
  const tree: ChainEvent[] = []

  for (const root of byTime.filter(({ causationid }) => causationid === undefined || !known.has(causationid)))
    place(root)
  for (const left of byTime) place(left)
  return tree

  /** Without calling itself: a chain may be longer than the stack is deep. */
  function place(start: Said) {
    const open = [{ said: start, depth: 0 }]
    for (let next = open.pop(); next; next = open.pop()) {
      const { said: one, depth } = next
      if (placed.has(one._id)) continue
      placed.add(one._id)
      tree.push(shown(one, depth))
      const below = effects.get(one._id) ?? []
      open.push(...below.toReversed().map((effect) => ({ said: effect, depth: depth + 1 })))
    }
  }

  function shown({ _id, type, source, subject, at, causationid }: Said, depth: number): ChainEvent {
    return {
      eventId: _id,
      type,
      source,
      about: subject,
      at: at.toISOString(),
      afterMs: at.getTime() - startedAt,
      ...(causationid === undefined ? {} : { causeId: causationid }),
      depth,
      isOrphan: causationid !== undefined && !known.has(causationid),
      deadLetters: (lettersOf.get(_id) ?? []).map(({ deadLetterId, consumer, state }) => ({
        deadLetterId,
        consumer,
        state,
      })),
    }
  }
}
