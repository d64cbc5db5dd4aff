import { type Db, MongoClient } from 'mongodb'

/** The appointment that another system calls so. */
export const appointmentSaidElsewhere = (mongoUrl: string, appointmentNumber: string) =>
  asking(mongoUrl, (database) =>
    database.collection('appointments').findOne({ 'origin.appointmentNumber': appointmentNumber }),
  )

/** All that a system spoke of, as `number status version`. */
export const appointmentsOfSystem = (mongoUrl: string, system: string) =>
  asking(mongoUrl, async (database) => {
    const found = await database.collection('appointments').find({ 'origin.system': system }).toArray()
    return found.map(({ origin, status, version }) => `${origin.appointmentNumber} ${status} ${version}`)
  })

async function asking<Answer>(mongoUrl: string, ask: (database: Db) => Promise<Answer>): Promise<Answer> {
  const client = new MongoClient(mongoUrl)
  try {
    return await ask(client.db())
  } finally {
    await client.close()
  }
}
