import { type SpaceDocument, type SpaceStateDocument, stoppedBy } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'

/** How many spaces stand where, for the metrics: one that is stopped waits for an admin. */
export function mongoSpaceCounts(
  store: Pick<MongoStore, 'collection'>,
): () => Promise<[state: string, count: number][]> {
  const spaces = store.collection<SpaceDocument>('spaces')
  const states = store.collection<SpaceStateDocument>('spaceStates')

  return async () => {
    const [all, refused] = await Promise.all([
      spaces
        .find({ removedAt: { $exists: false } }, { projection: { active: 1, resumedAtVersion: 1 } })
        .toArray(),
      states.find({ stopped: { $exists: true } }, { projection: { stopped: 1 } }).toArray(),
    ])
    const known = new Map(refused.map((state) => [state._id, state]))
    const counts = { active: 0, off: 0, stopped: 0 }
    for (const space of all) {
      const stopped = stoppedBy(space, known.get(space._id))
      counts[stopped ? 'stopped' : space.active ? 'active' : 'off'] += 1
    }
    return Object.entries(counts)
  }
}
