import type { HospitalEvent } from '@rounds/contracts'
import { MongoClient } from 'mongodb'

interface Saying {
  readonly _id: string
  readonly outbox?: ReadonlyArray<{ readonly event: HospitalEvent }>
}

/** Reads what jobs say, or have yet to say, where the gateway wrote it down: whoever asks early has it before the broker. */
export async function mongoAskedWitness(url: string) {
  const client = new MongoClient(url)
  const jobs = client.db().collection<Saying>('jobs')
  return {
    async of(jobIds: readonly string[]): Promise<readonly HospitalEvent[]> {
      const found = await jobs.find({ _id: { $in: [...jobIds] } }, { projection: { outbox: 1 } }).toArray()
      return found.flatMap(({ outbox = [] }) => outbox.map(({ event }) => event))
    },
    close: () => client.close(),
  }
}
