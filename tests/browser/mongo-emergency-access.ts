import { MongoClient } from 'mongodb'

/** As if the hour of every emergency access were over. */
export async function endEmergencyAccess(mongoUrl: string): Promise<void> {
  const client = new MongoClient(mongoUrl)
  try {
    await client
      .db()
      .collection('emergencyAccess')
      .updateMany({}, { $set: { until: new Date(0) } })
  } finally {
    await client.close()
  }
}
