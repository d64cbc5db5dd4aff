import { MongoClient } from 'mongodb'

interface Fire {
  readonly _id: string
  readonly scheduleId: string
  readonly due: Date
  readonly outcome: string
}

/** What schedules did, read from the database itself. */
export async function mongoFiresWitness(url: string) {
  const client = new MongoClient(url)
  const db = client.db()
  return {
    fires: (scheduleIds: readonly string[]): Promise<Fire[]> =>
      db
        .collection<Fire>('fires')
        .find({ scheduleId: { $in: [...scheduleIds] } })
        .toArray(),
    /** How many jobs each of these fires led to. */
    async jobsOf(fireIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
      const jobs = await db
        .collection<{ readonly _id: string; readonly fireId: string }>('jobs')
        .find({ fireId: { $in: [...fireIds] } }, { projection: { fireId: 1 } })
        .toArray()
      return new Map([...Map.groupBy(jobs, ({ fireId }) => fireId)].map(([id, made]) => [id, made.length]))
    },
    unsaid: () => db.collection('fires').countDocuments({ outboxDue: { $exists: true } }),
    close: () => client.close(),
  }
}
