import { MongoClient } from 'mongodb'

/** How many jobs have something to say that the broker has not taken yet. */
export async function unsaidJobs(mongoUrl: string): Promise<number> {
  const client = new MongoClient(mongoUrl)
  try {
    return await client
      .db()
      .collection('jobs')
      .countDocuments({ outboxDue: { $exists: true } })
  } finally {
    await client.close()
  }
}
