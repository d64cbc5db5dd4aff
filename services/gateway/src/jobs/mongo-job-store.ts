import {
  duplicateKey,
  groupedChanges,
  groupedInserts,
  outboxOf,
  sharedReads,
  type WithOutbox,
} from '@rounds/mongo'
import { type Collection, type Filter, type IndexDescription, MongoServerError } from 'mongodb'
import { type AuditKeys, auditDueIndex, type WithAuditDue } from '../audit/index.ts'
import type { Job } from './job.ts'
import { type JobFilter, type Jobs, ownerSeenBy, type Viewer } from './job-store.ts'

export type JobDocument = Job & WithOutbox & WithAuditDue

/** Holds how many jobs of one person may be open, also when several are asked for at once. */
const openPlaceIndex: IndexDescription = {
  name: 'openPlace',
  key: { openPlace: 1 },
  unique: true,
  sparse: true,
}

export const jobIndexes: readonly IndexDescription[] = [
  { key: { requestedBy: 1, _id: -1 } },
  { key: { state: 1, _id: -1 } },
  { key: { updatedAt: 1 } },
  { key: { 'idempotency.key': 1 }, unique: true, sparse: true },
  { key: { fireId: 1 }, unique: true, sparse: true },
  openPlaceIndex,
  auditDueIndex,
]

const projection = { outbox: 0, outboxDue: 0, auditDue: 0, openPlace: 0 } as const

/** Jobs in MongoDB. The outbox and the entry of the audit ride in the same document and are never changed here; `inserted` is the relay's bell. */
export function mongoJobs(
  collection: Collection<JobDocument>,
  now: () => Date,
  keys: AuditKeys,
  { inserted = () => {} }: { readonly inserted?: (document: JobDocument) => void } = {},
): Jobs {
  const insert = groupedInserts(collection)
  const change = groupedChanges<Job>(collection, now)
  const read = (filter: Filter<JobDocument>) =>
    collection.findOne<Job>(filter, { projection }).then((job) => job ?? undefined)
  const withKey = sharedReads<Job>({
    read: (keys) => collection.find<Job>({ 'idempotency.key': { $in: [...keys] } }, { projection }).toArray(),
    keyOf: ({ idempotency }) => idempotency?.key ?? '',
  })

  return {
    async add(job, says, entry, mostOpen) {
      // At random, so that it is nearly always free and costs no question.
      const anyPlace = (most: number) => placeOf(job, Math.floor(Math.random() * most))
      let place = mostOpen === undefined ? undefined : anyPlace(mostOpen)
      for (let tries = 1; ; tries++) {
        const document = { ...job, openPlace: place, ...outboxOf(says, now()), auditDue: keys.sign(entry) }
        const refusal = await insert(document).catch(duplicateOf)
        if (!refusal) {
          inserted(document)
          return 'added'
        }
        if (mostOpen === undefined || !refusal.message.includes(`index: ${openPlaceIndex.name} `))
          return 'key taken'
        place = tries < 3 ? anyPlace(mostOpen) : await freePlace(job, mostOpen)
        if (place === undefined) return 'too many open'
      }
    },

    async byKey(key, at) {
      const job = await withKey(key)
      if (!job?.idempotency || job.idempotency.until > at) return job
      await collection.updateOne({ _id: job._id, 'idempotency.key': key }, { $unset: { idempotency: true } })
      return undefined
    },

    byFire: (fireId) => read({ fireId }),

    one: (jobId, viewer) => read({ _id: jobId, ...seenBy(viewer) }),

    list: (filter, viewer, { before, limit, retrying }) =>
      collection
        .find<Job>(
          {
            $and: [
              seenBy(viewer),
              meant(filter, retrying),
              before === undefined ? {} : { _id: { $lt: before } },
            ],
          },
          { projection },
        )
        .sort({ _id: -1 })
        .limit(limit)
        .toArray(),

    changedSince: (since, { limit, owners }) =>
      collection
        .find<Job>(
          { updatedAt: { $gte: since }, ...(owners ? { requestedBy: { $in: [...owners] } } : {}) },
          { projection },
        )
        .sort({ updatedAt: -1 })
        .limit(limit)
        .toArray(),

    change: (jobId, move, says) => change({ key: jobId, move, ...(says && { says }) }),
  }

  async function freePlace(job: Job, mostOpen: number): Promise<string | undefined> {
    const places = Array.from({ length: mostOpen }, (_, number) => placeOf(job, number))
    const found = await collection
      .find({ openPlace: { $in: places } }, { projection: { _id: 0, openPlace: 1 } })
      .toArray()
    const taken = new Set(found.map(({ openPlace }) => openPlace))
    const free = places.filter((place) => !taken.has(place))
    return free[Math.floor(Math.random() * free.length)]
  }
}

const placeOf = ({ requestedBy }: Job, number: number) => `${requestedBy} ${number}`

function duplicateOf(error: unknown): MongoServerError {
  if (error instanceof MongoServerError && error.code === duplicateKey) return error
  throw error
}

function seenBy(viewer: Viewer): Filter<JobDocument> {
  const owner = ownerSeenBy(viewer)
  return owner === undefined ? {} : { requestedBy: owner }
}

function meant(
  { states, reports, kinds, by, since }: JobFilter,
  retrying: readonly string[],
): Filter<JobDocument> {
  return {
    ...(reports ? { report: { $in: [...reports] } } : {}),
    ...(kinds ? { kind: { $in: kinds as Job['kind'][] } } : {}),
    ...(by ? { requestedBy: { $in: [...by] } } : {}),
    ...(since ? { createdAt: { $gte: since } } : {}),
    ...(states ? { $or: states.map((state) => inState(state, retrying)) } : {}),
  }
}

/** Between two attempts the document says `running`; which of them those are is known from live progress. */
function inState(state: string, retrying: readonly string[]): Filter<JobDocument> {
  if (state === 'retrying') return { _id: { $in: [...retrying] } }
  if (state === 'running') return { state, _id: { $nin: [...retrying] } }
  return { state: state as Job['state'] }
}
