import { MongoClient } from 'mongodb'
import type { FinalJob, LedgerWork } from './checker.ts'

interface JobDocument {
  readonly _id: string
  readonly state: string
  readonly idempotency?: { readonly key: string }
  readonly history: ReadonlyArray<{ readonly at: Date; readonly what: string }>
  readonly result?: { readonly at: Date; readonly sha256: string }
  readonly failure?: { readonly at: Date }
}

interface WorkDocument {
  readonly _id: string
  readonly history: ReadonlyArray<{ readonly at: Date; readonly move: string; readonly fence: number }>
}

/** Reads the database itself, for the final comparison only. */
export async function mongoWitness(url: string) {
  const client = new MongoClient(url)
  const db = client.db()
  return {
    /** The jobs whose keys begin so, as they stand. */
    async jobs(prefix: string): Promise<readonly FinalJob[]> {
      const documents = await db
        .collection<JobDocument>('jobs')
        .find({ 'idempotency.key': { $regex: `:${prefix}` } })
        .toArray()
      return documents.map(finalJob)
    },
    /** How many of these jobs have no entry in the audit, or more than one. */
    async unaccounted(jobIds: readonly string[]): Promise<number> {
      const filter = { did: 'report.requested', to: { $in: [...jobIds] } }
      const entries = await db.collection('audit').find(filter).toArray()
      const entriesOf = Map.groupBy(entries, ({ to }) => to)
      return jobIds.filter((jobId) => entriesOf.get(jobId)?.length !== 1).length
    },
    /** How many documents still have something to say to the broker or to the audit. */
    async unsaid(): Promise<number> {
      const due = { $or: [{ outboxDue: { $exists: true } }, { auditDue: { $exists: true } }] }
      const counts = ['jobs', 'exports'].map((name) => db.collection(name).countDocuments(due))
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
    },
    /** What the ledger of files remembers of the work of these jobs. */
    async works(jobIds: readonly string[]): Promise<readonly LedgerWork[]> {
      const works = await db
        .collection<WorkDocument>('exports')
        .find({ _id: { $in: [...jobIds] } }, { projection: { history: 1 } })
        .toArray()
      return works.map(({ history }) => ({
        moves: history.map(({ at, move, fence }) => ({ at: at.getTime(), move, fence })),
      }))
    },
    close: () => client.close(),
  }
}

function finalJob({ _id, state, idempotency, history, result, failure }: JobDocument): FinalJob {
  return {
    jobId: _id,
    key: idempotency?.key.split(':').at(-1) ?? '',
    state,
    startedAt: history.filter(({ what }) => what === 'report.started').map(({ at }) => at.getTime()),
    endedAt: (result?.at ?? failure?.at)?.getTime(),
    sha256: result?.sha256,
  }
}
