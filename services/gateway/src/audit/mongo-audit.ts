import { randomUUIDv7 } from 'node:crypto'
import { type Log, type Loop, pollLoop } from '@rounds/kernel'
import type { MongoStore } from '@rounds/mongo'
import type { Collection, IndexDescription } from 'mongodb'
import { type Audit, type AuditDocument, auditingReads, entryOf, noteAccounted } from './audit.ts'
import { type AuditKeys, forgedEntryFound, type Signed } from './audit-chain.ts'
import type { ReadAuditDeps } from './audit-routes.ts'
import { AuditWriter, type LinkedAudit } from './mongo-audit-chain.ts'

/** An entry on its way to the trail, signed: whoever may change the document it lies in cannot make one up. */
export type DueEntry = Signed<AuditDocument>

/** A document written together with the entry that accounts for it, until that entry stands in the trail. */
export interface WithAuditDue {
  readonly auditDue?: DueEntry
}

/** The same of a document that may change again before its entry was moved. */
export interface WithAuditsDue {
  readonly auditDue?: readonly DueEntry[]
}

/** One more entry for a changed document, as expressions for an update pipeline's `$set`. */
export const alsoAccounting = (entry: DueEntry) => ({
  auditDue: { $concatArrays: [{ $ifNull: ['$auditDue', []] }, { $literal: [entry] }] },
})

/** As small as what waits. */
export const auditDueIndex: IndexDescription = { key: { 'auditDue._id': 1 }, sparse: true }

type Waiting = WithAuditDue & { readonly _id: string }
type AllWaiting = WithAuditsDue & { readonly _id: string }

const perRound = 500

/** Insert and find only; the gateway's own MongoDB user may do nothing else here. */
export function mongoAudit(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
  keys: AuditKeys,
): {
  audit: Audit
  auditRead: Audit
  /** For what no request of a person asked for. */
  auditEntry: (entry: AuditDocument) => Promise<void>
  auditTrail: ReadAuditDeps['auditTrail']
  auditWriter: AuditWriter
} {
  const entries = store.collection<LinkedAudit>('audit')
  const jobs = store.collection<Waiting>('jobs')
  const appointments = store.collection<AllWaiting>('appointments')
  const auditWriter = new AuditWriter(entries, keys)
  const { insert } = auditWriter
  const audit: Audit = async (request, did, to) => {
    await insert(entryOf(request, did, to, now()))
    noteAccounted(request, did, to)
  }
  return {
    audit,
    auditRead: auditingReads((request, did, to) => insert(entryOf(request, did, to, now())), now),
    auditEntry: insert,
    auditWriter,
    async auditTrail({ limit, position }) {
      const page = { sort: { _id: -1 }, limit: limit + 1 } as const
      // What waits first, what stands second: an entry that is moved in between is seen twice, never not at all.
      const waiting = await Promise.all([
        waitingIn(jobs, -1, limit + 1, position?.id),
        allWaitingIn(appointments, -1, limit + 1, position?.id),
      ])
      const standing = await entries.find(position ? { _id: { $lt: position.id } } : {}, page).toArray()
      const known = new Map(
        [
          ...waiting
            .flat()
            .filter((due) => keys.isGenuine({ ...due }))
            .map(unsigned),
          ...standing.map(unlinked),
        ].map((one) => [one._id, one]),
      )
      return [...known.values()].toSorted((a, b) => (a._id < b._id ? 1 : -1)).slice(0, limit + 1)
    },
  }
}

/**
 * Moves entries that were written inside of jobs and appointments into the trail. A crash between the two writes moves them again, and
 * so do replicas that move at once: an entry leaves its document only when it stands. Never rung, so that one round takes
 * many; whoever reads the trail sees also what waits.
 */
export function auditMover(
  store: Pick<MongoStore, 'collection'>,
  log: Log,
  keys: AuditKeys,
  { everyMs = 250 }: { readonly everyMs?: number } = {},
): Loop & { readonly auditWriter: AuditWriter } {
  const jobs = store.collection<Waiting>('jobs')
  const appointments = store.collection<AllWaiting>('appointments')
  const entries = store.collection<LinkedAudit>('audit')
  const auditWriter = new AuditWriter(entries, keys)

  const loop = pollLoop('audit', log, async () => {
    const [ofJobs, ofAppointments] = await Promise.all([
      waitingIn(jobs, 1, perRound),
      allWaitingIn(appointments, 1, perRound),
    ])
    const waiting = [...ofJobs, ...ofAppointments]
    if (waiting.length === 0) return everyMs
    const ends = await Promise.allSettled(waiting.map((due) => move(due)))
    const refusal = ends.find((end) => end.status === 'rejected')
    const written = waiting.map(({ _id }) => _id)
    // Most likely somebody else moved it first; the trail itself says so.
    const forged = waiting.filter((due) => !keys.isGenuine({ ...due })).map(({ _id }) => _id)
    const standing = refusal ? [...(await idsOf(entries, written)), ...forged] : written
    const moved = { 'auditDue._id': { $in: standing } }
    if (ofJobs.length > 0) await jobs.updateMany(moved, { $unset: { auditDue: '' } })
    if (ofAppointments.length > 0) await appointments.updateMany(moved, without(standing))
    if (refusal && standing.length < waiting.length) throw refusal.reason
    return ofJobs.length === perRound || ofAppointments.length === perRound ? 0 : everyMs
  })
  return { ...loop, auditWriter }

  /** What was not signed by us did not happen as it says: that somebody put it there is what stands in the trail. */
  async function move(due: DueEntry): Promise<void> {
    if (keys.isGenuine({ ...due })) return auditWriter.insert(unsigned(due))
    log.error({ component: 'audit' }, 'an entry that nobody signed lay in a document')
    await auditWriter.insert({
      _id: randomUUIDv7(),
      at: new Date(),
      who: 'gateway',
      role: 'none',
      did: forgedEntryFound,
      to: String(due._id),
      from: 'database',
    })
  }
}

/** What lies in jobs and appointments and is on its way to the trail; the newest of each, since there are hardly any. */
export async function auditsDue(store: Pick<MongoStore, 'collection'>): Promise<readonly DueEntry[]> {
  const found = await Promise.all([
    waitingIn(store.collection<Waiting>('jobs'), -1, mostDue),
    allWaitingIn(store.collection<AllWaiting>('appointments'), -1, mostDue),
  ])
  return found.flat()
}

const mostDue = 10_000

const unsigned = ({ key: _key, signature: _signature, ...entry }: DueEntry): AuditDocument => entry
const unlinked = ({ chain: _chain, ...entry }: LinkedAudit): AuditDocument => entry

async function idsOf(entries: Collection<LinkedAudit>, among: readonly string[]): Promise<string[]> {
  const found = await entries.find({ _id: { $in: [...among] } }, { projection: { _id: 1 } }).toArray()
  return found.map(({ _id }) => _id)
}

const isDue = (before?: string) => ({
  'auditDue._id': before === undefined ? { $exists: true } : { $lt: before },
})

async function waitingIn(jobs: Collection<Waiting>, direction: 1 | -1, limit: number, before?: string) {
  const found = await jobs
    .find<Required<Waiting>>(isDue(before), {
      projection: { auditDue: 1 },
      sort: { 'auditDue._id': direction },
      limit,
    })
    .toArray()
  // Several were put there by nobody of ours.
  return found.flatMap(({ auditDue }) => auditDue)
}

function allWaitingIn(
  documents: Collection<AllWaiting>,
  direction: 1 | -1,
  limit: number,
  before?: string,
): Promise<DueEntry[]> {
  return documents
    .aggregate<DueEntry>([
      { $match: isDue(before) },
      { $project: { auditDue: 1 } },
      { $unwind: '$auditDue' },
      { $match: isDue(before) },
      { $sort: { 'auditDue._id': direction } },
      { $limit: limit },
      { $replaceRoot: { newRoot: '$auditDue' } },
    ])
    .toArray()
}

/** The field goes with the last of them, which keeps the index as small as what waits. */
function without(ids: readonly string[]) {
  const isMoved = { $in: ['$$entry._id', { $literal: ids }] }
  // A single one was put there by nobody of ours, and must not keep the others from being moved.
  const all = { $cond: [{ $isArray: '$auditDue' }, '$auditDue', ['$auditDue']] }
  const rest = { $filter: { input: all, as: 'entry', cond: { $not: [isMoved] } } }
  return [
    { $set: { auditDue: rest } },
    { $set: { auditDue: { $cond: [{ $eq: ['$auditDue', []] }, '$$REMOVE', '$auditDue'] } } },
  ]
}
