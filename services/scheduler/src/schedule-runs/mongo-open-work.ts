import { type FireDocument, publishedName } from '@rounds/contracts'
import type { WorkState } from '@rounds/ledger'
import type { MongoStore } from '@rounds/mongo'

/** A tick that nobody took up for so long leads to nothing any more. */
const takenUpWithinMs = 10 * 60_000

const open: readonly WorkState[] = ['waiting', 'claimed', 'sending']

/**
 * Whether the work of a fire goes on: read from the job that the gateway made of it, or from the list that the mailer
 * makes for it. While there is neither, its tick is on the way.
 */
export function mongoWork(store: Pick<MongoStore, 'collection'>, now: () => Date) {
  const jobs = store.collection<{ _id: string; fireId?: string; state: string }>(
    publishedName('jobs', 'scheduler'),
  )
  const batches = store.collection<{ _id: string; state: WorkState }>(publishedName('batches', 'scheduler'))
  const projection = { state: 1 } as const
  return async ({ _id: fireId, at }: FireDocument): Promise<boolean> => {
    const [job, batch] = await Promise.all([
      jobs.findOne({ fireId }, { projection }),
      batches.findOne({ _id: fireId }, { projection }),
    ])
    if (job) return job.state === 'queued' || job.state === 'running'
    if (batch) return open.includes(batch.state)
    return now().getTime() - at.getTime() < takenUpWithinMs
  }
}
